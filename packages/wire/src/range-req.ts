/*
 * RANGE_REQ (0x01), browser to agent. Opens a stream: the browser picks its id, and does not use it again. Payload, exactly 16 bytes:
 *
 *  0                                   8                                   16
 * +-----------------------------------+-----------------------------------+
 * | offset (u64)                      | length (u64), 0: to the end       |
 * +-----------------------------------+-----------------------------------+
 */
import { Flag, FrameType } from "./frame-type.ts";
import { allocateFrame, expectPayload, HEADER_BYTES, type Header, payloadOf, viewOf } from "./header.ts";

const PAYLOAD_BYTES = 16;

export interface RangeReq {
  readonly type: "range-req";
  readonly streamId: number;
  /** First byte wanted. */
  readonly offset: bigint;
  /** Bytes wanted; 0, past the end, or over 2^63 - 1: to the end of the file. */
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
    offset: view.getBigUint64(0),
    length: view.getBigUint64(8),
    ...((header.flags & Flag.EXTENDED) === 0 ? {} : { extended: true }),
    ...((header.flags & Flag.LARGE_CHUNKS) === 0 ? {} : { largeChunks: true }),
  };
}

export function encodeRangeReq(request: RangeReq): Uint8Array<ArrayBuffer> {
  const flags = (request.extended ? Flag.EXTENDED : 0) | (request.largeChunks ? Flag.LARGE_CHUNKS : 0);
  const frame = allocateFrame(FrameType.RANGE_REQ, flags, request.streamId, PAYLOAD_BYTES);
  const view = viewOf(frame);
  view.setBigUint64(HEADER_BYTES, request.offset);
  view.setBigUint64(HEADER_BYTES + 8, request.length);
  return frame;
}
