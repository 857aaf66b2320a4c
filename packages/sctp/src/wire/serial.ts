/*
 * Serial number arithmetic (RFC 1982) for TSNs and request numbers (32 bits) and stream sequence numbers (16 bits), as RFC 9260, 1.6 uses it.
 * Of two numbers exactly half the space apart neither is after the other.
 */

/** How many numbers after `from` a 32-bit number is: 0 to 2^32 − 1. It is large if the number is before `from`. */
export function offsetOf(serial: number, from: number): number {
  return (serial - from) >>> 0;
}

/** Whether a 32-bit number is after another. */
export function isAfter(serial: number, other: number): boolean {
  return ((serial - other) | 0) > 0;
}

/** How many numbers after `from` a stream sequence number is: 0 to 2^16 − 1. */
export function ssnOffsetOf(ssn: number, from: number): number {
  return (ssn - from) & 0xffff;
}

/** Whether a stream sequence number is after another. */
export function isSsnAfter(ssn: number, other: number): boolean {
  return ((ssn - other) << 16) >> 16 > 0;
}
