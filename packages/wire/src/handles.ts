/*
 * Resources other than the session's file. Each is opened by its path, and read by ranges that name its handle.
 *
 * OPEN (0x09), browser to agent. The stream id is the browser's choice, as for a range. Payload: the path, 1 to 4096 bytes.
 *
 * OPENED (0x0A), agent to browser: the answer to an OPEN. A RANGE_END with the same stream id refuses it. Flag 0x02: the size is an estimate. The
 * header holds the new handle. Payload:
 *
 *  0                 8                 12
 * +-----------------+-----------------+-------------------------+
 * | size (u64)      | block bytes m   | announcement, JSON      |
 * +-----------------+-----------------+-------------------------+
 *
 * CLOSE (0x0B), browser to agent: the browser no longer needs the handle in the header. No payload; one that is there is ignored.
 */
import { type Announcement, decodeAnnouncement, encodeAnnouncement } from "./announcement.ts";
import { Flag, FrameType } from "./frame-type.ts";
import { allocateFrame, HEADER_BYTES, type Header, payloadOf, viewOf } from "./header.ts";
import { WireError } from "./wire-error.ts";

/** Longest path of an OPEN, bytes: no file system takes longer ones. */
export const MAX_PATH_BYTES = 4096;

const SIZE_BYTES = 8;

export interface Open {
  readonly type: "open";
  readonly streamId: number;
  /** Names separated by `/`, as bytes: file systems don't promise UTF-8. Untrusted. */
  readonly path: Uint8Array;
}

export interface Opened {
  readonly type: "opened";
  /** That of the OPEN. */
  readonly streamId: number;
  readonly handle: number;
  /** Size, bytes; 2^63 - 1 if the agent doesn't know it (C-17). */
  readonly size: bigint;
  /** The size is an estimate (C-17). */
  readonly transcoding: boolean;
  /** Type, time and validator of the resource. Its features mean nothing. */
  readonly announcement?: Announcement;
}

export interface Close {
  readonly type: "close";
  readonly streamId: number;
  readonly handle: number;
}

/** @throws {WireError} `bad-size` for a path that is empty or too long */
export function decodeOpen(header: Header, bytes: Uint8Array): Open {
  if (header.length === 0 || header.length > MAX_PATH_BYTES) {
    throw new WireError("bad-size", `a path must be 1 to ${MAX_PATH_BYTES} bytes, not ${header.length}`);
  }
  return { type: "open", streamId: header.streamId, path: payloadOf(bytes).slice() };
}

/** @throws {RangeError} for a path that is empty or too long */
export function encodeOpen({ streamId, path }: Open): Uint8Array<ArrayBuffer> {
  if (path.byteLength === 0 || path.byteLength > MAX_PATH_BYTES) {
    throw new RangeError(`a path must be 1 to ${MAX_PATH_BYTES} bytes, not ${path.byteLength}`);
  }
  const frame = allocateFrame(FrameType.OPEN, 0, streamId, path.byteLength);
  frame.set(path, HEADER_BYTES);
  return frame;
}

/** @throws {WireError} `bad-size` */
export function decodeOpened(header: Header, bytes: Uint8Array): Opened {
  const payload = payloadOf(bytes);
  if (payload.byteLength < SIZE_BYTES) {
    throw new WireError("bad-size", `opened too short: ${payload.byteLength} bytes`);
  }
  const announcement = decodeAnnouncement(payload.subarray(SIZE_BYTES));
  return {
    type: "opened",
    streamId: header.streamId,
    handle: header.handle,
    size: viewOf(payload).getBigUint64(0),
    transcoding: (header.flags & Flag.TRANSCODING) !== 0,
    ...(announcement === undefined ? {} : { announcement }),
  };
}

export function encodeOpened({ streamId, handle, size, transcoding, announcement }: Opened): Uint8Array<ArrayBuffer> {
  const block = announcement === undefined ? new Uint8Array(0) : encodeAnnouncement(announcement);
  const flags = transcoding ? Flag.TRANSCODING : 0;
  const frame = allocateFrame(FrameType.OPENED, flags, streamId, SIZE_BYTES + block.byteLength, handle);
  viewOf(frame).setBigUint64(HEADER_BYTES, size);
  frame.set(block, HEADER_BYTES + SIZE_BYTES);
  return frame;
}

export function decodeClose(header: Header): Close {
  return { type: "close", streamId: header.streamId, handle: header.handle };
}

export function encodeClose({ streamId, handle }: Close): Uint8Array<ArrayBuffer> {
  return allocateFrame(FrameType.CLOSE, 0, streamId, 0, handle);
}
