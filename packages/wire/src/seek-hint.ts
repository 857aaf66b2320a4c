/*
 * SEEK_HINT (0x07), browser to agent: a seek to this time is imminent (for transcoding). Payload, exactly 8 bytes: u64 milliseconds.
 */
import { FrameType } from "./frame-type.ts";
import { allocateFrame, expectPayload, HEADER_BYTES, type Header, payloadOf, viewOf } from "./header.ts";

const PAYLOAD_BYTES = 8;

export interface SeekHint {
  readonly type: "seek-hint";
  readonly streamId: number;
  readonly timestampMs: bigint;
}

/** @throws {WireError} `bad-size` */
export function decodeSeekHint(header: Header, bytes: Uint8Array): SeekHint {
  expectPayload("seek_hint", header.length, PAYLOAD_BYTES);
  return { type: "seek-hint", streamId: header.streamId, timestampMs: viewOf(payloadOf(bytes)).getBigUint64(0) };
}

export function encodeSeekHint(hint: SeekHint): Uint8Array<ArrayBuffer> {
  const frame = allocateFrame(FrameType.SEEK_HINT, 0, hint.streamId, PAYLOAD_BYTES);
  viewOf(frame).setBigUint64(HEADER_BYTES, hint.timestampMs);
  return frame;
}
