/*
 * RANGE_DATA (0x02), agent to browser: 1 to 16,384 bytes of the stream, in offset order; more only where X-3 was asked for.
 * Flag 0x01 marks the last chunk. This is the hot path: decoding makes a view, and an agent reads from disk straight
 * into the place behind a header that it writes afterwards.
 */
import { Flag, FrameType } from "./frame-type.ts";
import { allocateFrame, HEADER_BYTES, type Header, payloadOf, writeHeader } from "./header.ts";

/** Largest payload of a RANGE_DATA to a peer that did not ask for more, bytes (protocol 1.3). */
export const BASE_CHUNK_BYTES = 16_384;

/** What a frame may be in all where the browser's SDP names no max-message-size, and at most (RFC 8841 6.1; protocol 3), bytes. */
export const MAX_FRAME_BYTES = 65_535;

export interface RangeData {
  readonly type: "range-data";
  readonly streamId: number;
  readonly last: boolean;
  /** A view into the message it came in. */
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
 * Makes a frame of bytes that already lie at `frame[HEADER_BYTES …]`: writes the header before them, copies nothing.
 * @param frame header space and payload together, exactly as long as the message
 */
export function sealRangeData(frame: Uint8Array, streamId: number, last: boolean): void {
  const length = frame.byteLength - HEADER_BYTES;
  writeHeader(frame, { type: FrameType.RANGE_DATA, flags: last ? Flag.LAST_CHUNK : 0, streamId, length });
}

/**
 * The largest RANGE_DATA payload for a browser that asked for large chunks, bytes.
 * @param maxMessageSize what its SDP names, bytes; undefined where it names none, 0 for "no limit"
 */
export function largeChunkBytes(maxMessageSize: number | undefined): number {
  const named = maxMessageSize === undefined || maxMessageSize === 0 ? MAX_FRAME_BYTES : maxMessageSize;
  return Math.max(1, Math.min(named, MAX_FRAME_BYTES) - HEADER_BYTES);
}
