/*
 * Conversion between bigint and number (W-4). Offsets, lengths and sizes are u64 on the wire, so frames hold them as bigint. All other code
 * uses numbers, which are exact up to 2^53 - 1. Larger files don't exist, but a peer can send such values. Convert them here only.
 */
import { WireError } from "./wire-error.ts";

/** The size that means "unknown" in a HELLO: 2^63 - 1 (C-17). */
export const UNKNOWN_SIZE: bigint = 2n ** 63n - 1n;

/** The largest offset or length that an agent takes literally: 2^63 - 1 (C-3). */
export const MAX_OFFSET: bigint = 2n ** 63n - 1n;

/**
 * Converts a u64 from the wire to a number.
 * @throws {WireError} `unsafe-integer` over 2^53 - 1
 */
export function toSafeNumber(value: bigint, what: string): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new WireError("unsafe-integer", `${what} ${value} is over 2^53 - 1`);
  }
  return Number(value);
}

/** Converts a number to a u64 for the wire. @throws {RangeError} if it is negative or not a safe integer */
export function toWireInteger(value: number): bigint {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(`${value} is not an offset, length or size`);
  }
  return BigInt(value);
}
