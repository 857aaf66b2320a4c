/*
 * RANGE_DATA (0x02), agent to browser: 1 to 16,384 bytes of the range, in offset order (C-2); more only if the browser requested large
 * chunks. Flag 0x01 marks the last chunk. This is the hot path: decoding makes a view, and an agent reads from disk directly into a
 * frame, and writes the header afterwards.
 */
import { Flag, FrameType } from "./frame-type.ts";
import { allocateFrame, HEADER_BYTES, type Header, payloadOf, SESSION_FILE_HANDLE, writeHeader } from "./header.ts";

/** Largest payload of a RANGE_DATA without large chunks, bytes (C-2). */
export const BASE_CHUNK_BYTES = 16_384;

/** Largest frame with large chunks, and the default if the browser's SDP has no max-message-size (RFC 8841, 6.1; X-3), bytes. */
export const MAX_FRAME_BYTES = 65_535;

export interface RangeData {
  readonly type: "range-data";
  readonly streamId: number;
  readonly last: boolean;
  /** A view into the received message. */
  readonly data: Uint8Array;
}

export function decodeRangeData(header: Header, bytes: Uint8Array): RangeData {
  return { type: "range-data", streamId: header.streamId, last: (header.flags & Flag.LAST_CHUNK) !== 0, data: payloadOf(bytes) };
}

export function encodeRangeData(chunk: RangeData): Uint8Array<ArrayBuffer> {
  const frame = allocateFrame(FrameType.RANGE_DATA, chunk.last ? Flag.LAST_CHUNK : 0, chunk.streamId, chunk.data.byteLength);
  frame.set(chunk.data, HEADER_BYTES);
  return frame;
}

/**
 * Writes the header in front of a payload that is already at `frame[HEADER_BYTES …]`, without a copy.
 * @param frame space for the header, and the payload: exactly the message
 */
export function sealRangeData(frame: Uint8Array, streamId: number, last: boolean): void {
  const length = frame.byteLength - HEADER_BYTES;
  writeHeader(frame, { type: FrameType.RANGE_DATA, flags: last ? Flag.LAST_CHUNK : 0, handle: SESSION_FILE_HANDLE, streamId, length });
}

/**
 * The largest RANGE_DATA payload for a browser that requested large chunks, bytes.
 * @param maxMessageSize from the browser's SDP, bytes; undefined if it has none, 0 for "no limit"
 */
export function largeChunkBytes(maxMessageSize: number | undefined): number {
  const named = maxMessageSize === undefined || maxMessageSize === 0 ? MAX_FRAME_BYTES : maxMessageSize;
  return Math.max(1, Math.min(named, MAX_FRAME_BYTES) - HEADER_BYTES);
}
