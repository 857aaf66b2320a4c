/*
 * RANGE_REQ (0x01), browser to agent: requests a range as a stream, whose id the browser chooses. Payload, exactly 16 bytes:
 *
 *  0                                   8                                   16
 * +-----------------------------------+-----------------------------------+
 * | offset (u64)                      | length (u64), 0: to the end       |
 * +-----------------------------------+-----------------------------------+
 *
 * With the flag 0x20, the header's handle names the resource; without it, the range is of the session's file.
 */
import { Flag, FrameType } from "./frame-type.ts";
import { allocateFrame, expectPayload, HEADER_BYTES, type Header, payloadOf, viewOf } from "./header.ts";

const PAYLOAD_BYTES = 16;

/** Number of ranges that an agent serves at once for a session (C-4). */
export const BASE_RANGES = 4;

/**
 * The same for an agent with `many-ranges` and a browser that announced the extensions. So the pieces of a window of a few hundred KB are a frame
 * or two each, and requests are sent as evenly as bytes arrive.
 */
export const MANY_RANGES = 32;

export interface RangeReq {
  readonly type: "range-req";
  readonly streamId: number;
  /** The resource. @default the session's file */
  readonly handle?: number;
  /** First byte of the range. */
  readonly offset: bigint;
  /** Bytes. 0, past the end, or over 2^63 - 1: to the end of the file (C-3). */
  readonly length: bigint;
  /** The browser knows the extensions. */
  readonly extended?: boolean;
  /** Chunks may be larger than 16,384 bytes. */
  readonly largeChunks?: boolean;
}

/** @throws {WireError} `bad-size` */
export function decodeRangeReq(header: Header, bytes: Uint8Array): RangeReq {
  expectPayload("range_req", header.length, PAYLOAD_BYTES);
  const view = viewOf(payloadOf(bytes));
  return {
    type: "range-req",
    streamId: header.streamId,
    ...((header.flags & Flag.HANDLE) === 0 ? {} : { handle: header.handle }),
    offset: view.getBigUint64(0),
    length: view.getBigUint64(8),
    ...((header.flags & Flag.EXTENDED) === 0 ? {} : { extended: true }),
    ...((header.flags & Flag.LARGE_CHUNKS) === 0 ? {} : { largeChunks: true }),
  };
}

export function encodeRangeReq(request: RangeReq): Uint8Array<ArrayBuffer> {
  const { streamId, handle, extended = false, largeChunks = false } = request;
  const flags = (extended ? Flag.EXTENDED : 0) | (largeChunks ? Flag.LARGE_CHUNKS : 0) | (handle === undefined ? 0 : Flag.HANDLE);
  const frame = allocateFrame(FrameType.RANGE_REQ, flags, streamId, PAYLOAD_BYTES, handle);
  const view = viewOf(frame);
  view.setBigUint64(HEADER_BYTES, request.offset);
  view.setBigUint64(HEADER_BYTES + 8, request.length);
  return frame;
}
