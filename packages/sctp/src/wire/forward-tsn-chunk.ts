/*
 * FORWARD_TSN (0xC0): the sender has given up all chunks up to a TSN (RFC 3758, 3.2). For each ordered stream that lost some, it names the last
 * stream sequence number that was given up.
 *
 *  0        1        2                 4
 * +--------+--------+-----------------+
 * | 0xC0   | 0      | length          |
 * +--------+--------+-----------------+
 * | new cumulative TSN                |
 * +-----------------+-----------------+
 * | stream id 1     | stream sequence |  for each stream
 * +-----------------+-----------------+
 */
import { readU16 } from "./big-endian.ts";

/** Bytes of the new cumulative TSN, after the chunk's header. */
export const FORWARD_TSN_FIELDS_BYTES = 4;

/** Bytes of a stream's entry. */
export const FORWARD_TSN_STREAM_BYTES = 4;

/** The last message of an ordered stream that its sender gave up. */
export interface SkippedStream {
  readonly streamId: number;
  readonly streamSequence: number;
}

/** Decodes the entries between `start` and `end`, a range that `readPacket` gave: a packet bounds their number. */
export function decodeSkippedStreams(bytes: Uint8Array, start: number, end: number): SkippedStream[] {
  const streams: SkippedStream[] = [];
  for (let at = start; at + FORWARD_TSN_STREAM_BYTES <= end; at += FORWARD_TSN_STREAM_BYTES) {
    streams.push({ streamId: readU16(bytes, at), streamSequence: readU16(bytes, at + 2) });
  }
  return streams;
}
