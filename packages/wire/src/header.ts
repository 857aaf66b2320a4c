/*
 * The header of every frame, 12 bytes, big-endian (W-1):
 *
 *  0        1        2        3        4                                   8
 * +--------+--------+-----------------+-----------------------------------+-----------------------------------+
 * | type   | flags  | handle (u16)    | stream id (u32)                   | length of the payload (u32)       |
 * +--------+--------+-----------------+-----------------------------------+-----------------------------------+
 *
 * In the base protocol the handle is reserved: written as 0, and ignored when read. Only the frames of X-8 use it.
 */
import { WireError } from "./wire-error.ts";

/** Bytes of a frame's header. */
export const HEADER_BYTES = 12;

/** Largest allowed payload, bytes (W-1). */
export const MAX_PAYLOAD_BYTES = 65_536;

/** The handle of the session's own file. */
export const SESSION_FILE_HANDLE = 0;

/** Largest handle: the field is a u16. */
export const MAX_HANDLE = 0xffff;

/** Largest stream id: the field is a u32. */
export const MAX_STREAM_ID = 0xffff_ffff;

export interface Header {
  readonly type: number;
  readonly flags: number;
  readonly handle: number;
  readonly streamId: number;
  readonly length: number;
}

/** A view of exactly these bytes, which may be part of a larger buffer. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Decodes the header, and checks that its length is the message's own.
 * @throws {WireError} `too-short`, `over-cap` or `length-mismatch`
 */
export function decodeHeader(bytes: Uint8Array): Header {
  if (bytes.byteLength < HEADER_BYTES) {
    throw new WireError("too-short", `${bytes.byteLength} bytes are shorter than a header`);
  }
  const view = viewOf(bytes);
  const length = view.getUint32(8);
  if (length > MAX_PAYLOAD_BYTES) {
    throw new WireError("over-cap", `length ${length} is over ${MAX_PAYLOAD_BYTES}`);
  }
  const held = bytes.byteLength - HEADER_BYTES;
  if (length !== held) {
    throw new WireError("length-mismatch", `length ${length} does not match the ${held} bytes that follow`);
  }
  return { type: view.getUint8(0), flags: view.getUint8(1), handle: view.getUint16(2), streamId: view.getUint32(4), length };
}

/** Writes a header into the first 12 bytes of `into`. */
export function writeHeader(into: Uint8Array, header: Header): void {
  const view = viewOf(into);
  view.setUint8(0, header.type);
  view.setUint8(1, header.flags);
  view.setUint16(2, header.handle);
  view.setUint32(4, header.streamId);
  view.setUint32(8, header.length);
}

/** A new frame with its header, and zeros as its payload. */
export function allocateFrame(
  type: number,
  flags: number,
  streamId: number,
  length: number,
  handle: number = SESSION_FILE_HANDLE,
): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(HEADER_BYTES + length);
  writeHeader(frame, { type, flags, handle, streamId, length });
  return frame;
}

/** The payload of a frame: a view, not a copy. */
export function payloadOf(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(HEADER_BYTES);
}

/**
 * Requires a payload of exactly `expected` bytes.
 * @throws {WireError} `bad-size`
 */
export function expectPayload(name: string, actual: number, expected: number): void {
  if (actual !== expected) {
    throw new WireError("bad-size", `${name} must be ${expected} bytes, not ${actual}`);
  }
}
