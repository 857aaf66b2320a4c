/*
 * RANGE_END (0x03), agent to browser: the stream is over. Payload, exactly 4 bytes: u32 status.
 */
import { FrameType } from "./frame-type.ts";
import { allocateFrame, expectPayload, HEADER_BYTES, type Header, payloadOf, viewOf } from "./header.ts";

const PAYLOAD_BYTES = 4;

/** How a range ended. 0 to 3 are the base protocol's; the others are sent only to a browser that announced the extensions. */
export const RangeStatus = {
  DONE: 0,
  /** Too many ranges at once (C-4), or too many open handles. */
  BUSY: 1,
  /** The offset is at or past the end of the file (C-3). */
  OUT_OF_RANGE: 2,
  /** The file could not be read. */
  UNREADABLE: 3,
  /** The file was shrunk, rewritten or replaced, so its bytes may differ from the announced ones. */
  CHANGED: 4,
  /** The file was removed, moved or renamed; or there is no such handle or path. */
  NOT_FOUND: 5,
  /** The daemon is stopping. */
  STOPPING: 6,
  /** The file was downloaded as often as the host allows. */
  USED_UP: 7,
} as const;

export interface RangeEnd {
  readonly type: "range-end";
  readonly streamId: number;
  /** One of {@link RangeStatus}, or an unknown status. */
  readonly status: number;
}

/** @throws {WireError} `bad-size` */
export function decodeRangeEnd(header: Header, bytes: Uint8Array): RangeEnd {
  expectPayload("range_end", header.length, PAYLOAD_BYTES);
  return { type: "range-end", streamId: header.streamId, status: viewOf(payloadOf(bytes)).getUint32(0) };
}

export function encodeRangeEnd(end: RangeEnd): Uint8Array<ArrayBuffer> {
  const frame = allocateFrame(FrameType.RANGE_END, 0, end.streamId, PAYLOAD_BYTES);
  viewOf(frame).setUint32(HEADER_BYTES, end.status);
  return frame;
}
