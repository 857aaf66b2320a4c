/*
 * I_FORWARD_TSN (0xC2): FORWARD_TSN for messages in I_DATA chunks (RFC 8260, 2.3.1). For each stream that lost some, and apart for its ordered and its
 * unordered (U) ones, it names the last message that was given up.
 *
 *  0        1        2                 4
 * +--------+--------+-----------------+
 * | 0xC2   | 0      | length          |
 * +--------+--------+-----------------+
 * | new cumulative TSN                |
 * +-----------------+--------------+--+
 * | stream id 1     | 0            |U |  for each stream
 * +-----------------+--------------+--+
 * | message id                        |
 * +-----------------------------------+
 */
import { readU16, readU32 } from "./big-endian.ts";

/** Bytes of a stream's entry. */
export const I_FORWARD_TSN_STREAM_BYTES = 8;

const UNORDERED = 1;

/** The last message of a stream that its sender gave up. */
export interface SkippedMessages {
  readonly streamId: number;
  readonly unordered: boolean;
  readonly messageId: number;
}

/** Decodes the entries between `start` and `end`, a range that `readPacket` gave: a packet bounds their number. */
export function decodeSkippedMessages(bytes: Uint8Array, start: number, end: number): SkippedMessages[] {
  const skipped: SkippedMessages[] = [];
  for (let at = start; at + I_FORWARD_TSN_STREAM_BYTES <= end; at += I_FORWARD_TSN_STREAM_BYTES) {
    const unordered = (readU16(bytes, at + 2) & UNORDERED) !== 0;
    skipped.push({ streamId: readU16(bytes, at), unordered, messageId: readU32(bytes, at + 4) });
  }
  return skipped;
}

/** The second half of an entry's first word. */
export function skippedFlags({ unordered }: SkippedMessages): number {
  return unordered ? UNORDERED : 0;
}
