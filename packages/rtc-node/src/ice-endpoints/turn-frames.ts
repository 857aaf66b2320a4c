/*
 * TURN over TCP or TLS (RFC 8656, 3.1): STUN messages and ChannelData one after another, each padded to 4 bytes.
 *
 *  0               2               4
 * +---------------+---------------+------------------------
 * | channel       | length        | data (ChannelData: channels are 0x4000 to 0x4fff)
 * +---------------+---------------+------------------------
 */
export const CHANNEL_HEADER_BYTES = 4;
const STUN_HEADER_BYTES = 20;
/** The first two bits tell the two apart (RFC 8656, 12). */
const KIND_BITS = 0xc0;
const STUN = 0x00;
const CHANNEL_DATA = 0x40;

export function isChannelData(frame: Buffer): boolean {
  return frame.length >= CHANNEL_HEADER_BYTES && ((frame[0] ?? 0) & KIND_BITS) === CHANNEL_DATA;
}

/** Bytes to add to a multiple of 4. */
export function paddingOf(length: number): number {
  return -length & 3;
}

/** Splits what arrives over a stream into frames. */
export class TurnFrames {
  #rest: Buffer = Buffer.alloc(0);

  /**
   * Calls back for each complete frame, with its padding. At most one incomplete frame is kept, which its length limits to 64 KiB.
   * @returns false if these are not frames; the stream is of no more use
   */
  push(chunk: Buffer, onFrame: (frame: Buffer) => void): boolean {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    for (;;) {
      const length = frameLength(bytes);
      if (length === "malformed") return false;
      if (length === undefined || length > bytes.length) break;
      onFrame(bytes.subarray(0, length));
      bytes = bytes.subarray(length);
    }
    this.#rest = bytes;
    return true;
  }
}

function frameLength(bytes: Buffer): number | "malformed" | undefined {
  if (bytes.length < CHANNEL_HEADER_BYTES) return undefined;
  const kind = (bytes[0] ?? 0) & KIND_BITS;
  if (kind !== STUN && kind !== CHANNEL_DATA) return "malformed";
  const length = (kind === STUN ? STUN_HEADER_BYTES : CHANNEL_HEADER_BYTES) + bytes.readUInt16BE(2);
  return length + paddingOf(length);
}
