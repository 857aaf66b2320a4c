/*
 * Where bigint ends and number begins. On the wire, offsets, lengths and sizes are u64: frames hold them as bigint. Everything past
 * the codec counts in number, which is exact up to 2^53 - 1. Files larger than that don't exist; frames that claim them do.
 * The two directions cross here and nowhere else.
 */
import { WireError } from "./wire-error.ts";

/** The size that means "unknown" in a HELLO: 2^63 - 1 (protocol 1.3). */
export const UNKNOWN_SIZE: bigint = 2n ** 63n - 1n;

/** The largest offset or length that an agent takes literally: 2^63 - 1 (protocol 1.3). */
export const MAX_OFFSET: bigint = 2n ** 63n - 1n;

/**
 * A u64 from the wire as a number.
 * @throws {WireError} `unsafe-integer` over 2^53 - 1
 */
export function toSafeNumber(value: bigint, what: string): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new WireError("unsafe-integer", `${what} ${value} is over 2^53 - 1`);
  }
  return Number(value);
}

/** A number as a u64 for the wire. An unsafe or negative one is our own fault. */
export function toWireInteger(value: number): bigint {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(`${value} is no offset, length or size`);
  }
  return BigInt(value);
}
