/*
 * HELLO (0x00), agent to browser, once, first, stream id 0. Payload:
 *
 *  0                 8                 12                12+n              16+n
 * +-----------------+-----------------+-----------------+-----------------+-------------------------+
 * | file size (u64) | name bytes n    | name, UTF-8     | block bytes m   | announcement, JSON      |
 * +-----------------+-----------------+-----------------+-----------------+-------------------------+
 *                           the base protocol ends here ^ extension X-1, which its readers ignore
 */
import { type Announcement, decodeAnnouncement, encodeAnnouncement } from "./announcement.ts";
import { Flag, FrameType } from "./frame-type.ts";
import { allocateFrame, HEADER_BYTES, type Header, MAX_PAYLOAD_BYTES, payloadOf, viewOf } from "./header.ts";
import { WireError } from "./wire-error.ts";

const SIZE_BYTES = 8;
const NAME_LENGTH_BYTES = 4;
const FIXED_BYTES = SIZE_BYTES + NAME_LENGTH_BYTES;

export interface Hello {
  readonly type: "hello";
  /** 0 from an agent that follows the protocol (C-1). */
  readonly streamId: number;
  /** File size, bytes; {@link UNKNOWN_SIZE} if the agent doesn't know it (C-17). */
  readonly size: bigint;
  /** The file's display name. Untrusted: never use it as a path. */
  readonly name: string;
  readonly transcoding: boolean;
  /** Random access works. */
  readonly seekable: boolean;
  /** Present if the agent knows the extensions. */
  readonly announcement?: Announcement;
}

/** @throws {WireError} `bad-size` or `bad-name-length` */
export function decodeHello(header: Header, bytes: Uint8Array): Hello {
  const payload = payloadOf(bytes);
  if (payload.byteLength < FIXED_BYTES) {
    throw new WireError("bad-size", `hello too short: ${payload.byteLength} bytes`);
  }
  const view = viewOf(payload);
  const nameBytes = view.getUint32(SIZE_BYTES);
  if (nameBytes > payload.byteLength - FIXED_BYTES) {
    throw new WireError("bad-name-length", `name length ${nameBytes} runs past the payload`);
  }
  const nameEnd = FIXED_BYTES + nameBytes;
  const announcement = decodeAnnouncement(payload.subarray(nameEnd));
  return {
    type: "hello",
    streamId: header.streamId,
    size: view.getBigUint64(0),
    name: new TextDecoder("utf-8", { ignoreBOM: true }).decode(payload.subarray(FIXED_BYTES, nameEnd)),
    transcoding: (header.flags & Flag.TRANSCODING) !== 0,
    seekable: (header.flags & Flag.SEEKABLE) !== 0,
    ...(announcement === undefined ? {} : { announcement }),
  };
}

/** Encodes a HELLO. @throws {RangeError} if the name makes the frame too long */
export function encodeHello(hello: Hello): Uint8Array<ArrayBuffer> {
  const name = new TextEncoder().encode(hello.name);
  const block = hello.announcement === undefined ? new Uint8Array(0) : encodeAnnouncement(hello.announcement);
  const length = FIXED_BYTES + name.byteLength + block.byteLength;
  if (length > MAX_PAYLOAD_BYTES) {
    throw new RangeError(`a HELLO of ${length} bytes is over ${MAX_PAYLOAD_BYTES}`);
  }
  const flags = (hello.transcoding ? Flag.TRANSCODING : 0) | (hello.seekable ? Flag.SEEKABLE : 0);
  const frame = allocateFrame(FrameType.HELLO, flags, hello.streamId, length);
  const view = viewOf(frame);
  view.setBigUint64(HEADER_BYTES, hello.size);
  view.setUint32(HEADER_BYTES + SIZE_BYTES, name.byteLength);
  frame.set(name, HEADER_BYTES + FIXED_BYTES);
  frame.set(block, HEADER_BYTES + FIXED_BYTES + name.byteLength);
  return frame;
}
