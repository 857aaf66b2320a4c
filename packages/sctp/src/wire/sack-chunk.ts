/*
 * SACK (0x03): which TSNs have arrived (RFC 9260, 3.3.4). A gap block counts its first and last TSN from the cumulative TSN: the chunks of
 * `cumulative + start` to `cumulative + end` have arrived. Nothing promises that blocks are in order, apart from each other, or not empty.
 *
 *  0        1        2                 4
 * +--------+--------+-----------------+
 * | 0x03   | 0      | length          |
 * +--------+--------+-----------------+
 * | cumulative TSN                    |
 * +-----------------------------------+
 * | receive window, bytes             |
 * +-----------------+-----------------+
 * | gap blocks (n)  | duplicates (m)  |
 * +-----------------+-----------------+
 * | start of gap 1  | end of gap 1    |  n times
 * +-----------------+-----------------+
 * | duplicate TSN 1                   |  m times
 * +-----------------------------------+
 */
import { readU16, readU32 } from "./big-endian.ts";

/** Bytes of a SACK chunk without gap blocks and duplicates, with the chunk's header. */
export const SACK_HEADER_BYTES = 16;

/** Bytes of a gap block, and of a duplicate TSN. */
export const SACK_ENTRY_BYTES = 4;

/** The first number of a gap block, counted from the cumulative TSN. @param index below the gap count */
export function gapStart(bytes: Uint8Array, gapsOffset: number, index: number): number {
  return readU16(bytes, gapsOffset + index * SACK_ENTRY_BYTES);
}

/** The last number of a gap block, counted from the cumulative TSN. @param index below the gap count */
export function gapEnd(bytes: Uint8Array, gapsOffset: number, index: number): number {
  return readU16(bytes, gapsOffset + index * SACK_ENTRY_BYTES + 2);
}

/** A TSN that arrived more than once. @param index below the duplicate count */
export function duplicateTsn(bytes: Uint8Array, gapsOffset: number, gapCount: number, index: number): number {
  return readU32(bytes, gapsOffset + (gapCount + index) * SACK_ENTRY_BYTES);
}
