import { writeU16, writeU32 } from "./big-endian.ts";
import { ChunkType, TAG_REFLECTED_FLAG } from "./chunk-type.ts";
import { DATA_HEADER_BYTES } from "./data-chunk.ts";
import { FORWARD_TSN_FIELDS_BYTES, FORWARD_TSN_STREAM_BYTES, type SkippedStream } from "./forward-tsn-chunk.ts";
import { I_DATA_HEADER_BYTES } from "./i-data-chunk.ts";
import { I_FORWARD_TSN_STREAM_BYTES, type SkippedMessages, skippedFlags } from "./i-forward-tsn-chunk.ts";
import { INIT_FIELDS_BYTES, type OutgoingInit, writeInitFields } from "./init-chunk.ts";
import { CHUNK_HEADER_BYTES, MAX_PACKET_BYTES, PACKET_HEADER_BYTES, packetChecksum, paddedLength, writeChecksum } from "./packet-header.ts";
import { SACK_ENTRY_BYTES, SACK_HEADER_BYTES } from "./sack-chunk.ts";

const EMPTY = new Uint8Array(0);

/**
 * Writes packets, one after the other, into one buffer: `begin`, a method per chunk, `finish`. Once it is warm, DATA and SACK allocate nothing, except for a
 * view where DATA copies only a part of its source.
 *
 * A chunk that doesn't fit throws a RangeError, and leaves the packet as it was: ask for `room` first. What may be bundled, and in which order, is up to the
 * caller (RFC 9260, 6.10).
 */
export class PacketWriter {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #capacity: number;
  /** Views of the first bytes, by their length in words: a view per packet would be garbage. */
  readonly #views: (Uint8Array<ArrayBuffer> | undefined)[] = [];
  #length = 0;
  /** Most bytes of this packet, and of the next ones. */
  #end: number;
  #limit: number;

  /** @param maxBytes largest packet, bytes; what is over a multiple of 4 stays unused. @throws {RangeError} if no packet is that large, or that small */
  constructor(maxBytes: number) {
    if (!(maxBytes >= PACKET_HEADER_BYTES && maxBytes <= MAX_PACKET_BYTES)) throw new RangeError(`a packet can't be ${maxBytes} bytes`);
    this.#capacity = maxBytes & ~3;
    this.#bytes = new Uint8Array(this.#capacity);
    this.#end = this.#limit = this.#capacity;
  }

  /** Bytes of the packet so far. */
  get length(): number {
    return this.#length;
  }

  /** Bytes left for another chunk, its header included: a multiple of 4. */
  get room(): number {
    return this.#end - this.#length;
  }

  /** Largest packet from the next `begin` on, bytes. @default what the constructor was told */
  setLimit(maxBytes: number): void {
    this.#limit = Math.min(maxBytes & ~3, this.#capacity);
  }

  /** Whether a chunk of so many bytes, its header included, has room. The only chunk of a packet may go beyond the limit: it was cut under an earlier one. */
  admit(bytes: number): boolean {
    if (bytes <= this.room) return true;
    const end = this.#length + paddedLength(bytes);
    if (this.#length !== PACKET_HEADER_BYTES || end > this.#capacity) return false;
    this.#end = end;
    return true;
  }

  /** Begins a packet, and drops the one before. */
  begin(sourcePort: number, destinationPort: number, verificationTag: number): void {
    writeU16(this.#bytes, 0, sourcePort);
    writeU16(this.#bytes, 2, destinationPort);
    writeU32(this.#bytes, 4, verificationTag);
    writeChecksum(this.#bytes, 0);
    this.#length = PACKET_HEADER_BYTES;
    this.#end = this.#limit;
  }

  /**
   * Ends the packet.
   * @param zeroChecksum leaves the checksum 0, if the peer accepts that for the chunks of this packet (RFC 9653, 5.2)
   * @returns a view, valid until the next `begin`
   */
  finish(zeroChecksum: boolean): Uint8Array<ArrayBuffer> {
    if (!zeroChecksum) writeChecksum(this.#bytes, packetChecksum(this.#bytes, this.#length));
    return (this.#views[this.#length >> 2] ??= this.#bytes.subarray(0, this.#length));
  }

  /** @param start of the user data in `source` @param end of the user data, after `start` */
  data(
    flags: number,
    tsn: number,
    streamId: number,
    streamSequence: number,
    protocolId: number,
    source: Uint8Array,
    start: number,
    end: number,
  ): void {
    const at = this.#open(ChunkType.DATA, flags, DATA_HEADER_BYTES - CHUNK_HEADER_BYTES + end - start);
    writeU32(this.#bytes, at, tsn);
    writeU16(this.#bytes, at + 4, streamId);
    writeU16(this.#bytes, at + 6, streamSequence);
    writeU32(this.#bytes, at + 8, protocolId);
    this.#bytes.set(start === 0 && end === source.length ? source : source.subarray(start, end), at + 12);
  }

  /** @param protocolId of the first fragment; otherwise the fragment's number */
  iData(
    flags: number,
    tsn: number,
    streamId: number,
    messageId: number,
    protocolId: number,
    source: Uint8Array,
    start: number,
    end: number,
  ): void {
    const at = this.#open(ChunkType.I_DATA, flags, I_DATA_HEADER_BYTES - CHUNK_HEADER_BYTES + end - start);
    writeU32(this.#bytes, at, tsn);
    writeU16(this.#bytes, at + 4, streamId);
    writeU16(this.#bytes, at + 6, 0);
    writeU32(this.#bytes, at + 8, messageId);
    writeU32(this.#bytes, at + 12, protocolId);
    this.#bytes.set(start === 0 && end === source.length ? source : source.subarray(start, end), at + 16);
  }

  /**
   * @param gaps first and last number of each gap block, counted from the cumulative TSN
   * @param gapCount blocks to write: pairs
   * @param duplicateCount duplicates to write
   */
  sack(
    cumulativeTsn: number,
    windowBytes: number,
    gaps: Uint16Array,
    gapCount: number,
    duplicates: Uint32Array,
    duplicateCount: number,
  ): void {
    const fields = SACK_HEADER_BYTES - CHUNK_HEADER_BYTES;
    let at = this.#open(ChunkType.SACK, 0, fields + (gapCount + duplicateCount) * SACK_ENTRY_BYTES);
    writeU32(this.#bytes, at, cumulativeTsn);
    writeU32(this.#bytes, at + 4, windowBytes);
    writeU16(this.#bytes, at + 8, gapCount);
    writeU16(this.#bytes, at + 10, duplicateCount);
    at += fields;
    for (let index = 0; index < gapCount * 2; index++, at += 2) writeU16(this.#bytes, at, gaps[index]!);
    for (let index = 0; index < duplicateCount; index++, at += SACK_ENTRY_BYTES) writeU32(this.#bytes, at, duplicates[index]!);
  }

  init(type: typeof ChunkType.INIT | typeof ChunkType.INIT_ACK, init: OutgoingInit): void {
    const at = this.#open(type, 0, INIT_FIELDS_BYTES + init.parameters.length);
    writeInitFields(this.#bytes, at, init);
  }

  /** @param cookie the value of the peer's STATE_COOKIE parameter */
  cookieEcho(cookie: Uint8Array): void {
    this.#chunk(ChunkType.COOKIE_ECHO, 0, cookie);
  }

  cookieAck(): void {
    this.#chunk(ChunkType.COOKIE_ACK, 0, EMPTY);
  }

  /** @param info a whole HEARTBEAT_INFO parameter, with its header (RFC 9260, 3.3.5) */
  heartbeat(info: Uint8Array): void {
    this.#chunk(ChunkType.HEARTBEAT, 0, info);
  }

  /** @param info what the HEARTBEAT carried, unchanged (RFC 9260, 3.3.6) */
  heartbeatAck(info: Uint8Array): void {
    this.#chunk(ChunkType.HEARTBEAT_ACK, 0, info);
  }

  /** @param causes error causes, perhaps none @param tagReflected the packet carries the peer's own tag (RFC 9260, 8.5.1) */
  abort(causes: Uint8Array, tagReflected: boolean): void {
    this.#chunk(ChunkType.ABORT, tagReflected ? TAG_REFLECTED_FLAG : 0, causes);
  }

  /** @param causes error causes, at least one */
  error(causes: Uint8Array): void {
    this.#chunk(ChunkType.ERROR, 0, causes);
  }

  shutdown(cumulativeTsn: number): void {
    writeU32(this.#bytes, this.#open(ChunkType.SHUTDOWN, 0, 4), cumulativeTsn);
  }

  shutdownAck(): void {
    this.#chunk(ChunkType.SHUTDOWN_ACK, 0, EMPTY);
  }

  /** @param tagReflected the packet carries the peer's own tag (RFC 9260, 8.5.1) */
  shutdownComplete(tagReflected: boolean): void {
    this.#chunk(ChunkType.SHUTDOWN_COMPLETE, tagReflected ? TAG_REFLECTED_FLAG : 0, EMPTY);
  }

  /** @param streams ordered streams that lost messages, each with the last that was given up */
  forwardTsn(newCumulativeTsn: number, streams: readonly SkippedStream[]): void {
    let at = this.#open(ChunkType.FORWARD_TSN, 0, FORWARD_TSN_FIELDS_BYTES + streams.length * FORWARD_TSN_STREAM_BYTES);
    writeU32(this.#bytes, at, newCumulativeTsn);
    at += FORWARD_TSN_FIELDS_BYTES;
    for (const { streamId, streamSequence } of streams) {
      writeU16(this.#bytes, at, streamId);
      writeU16(this.#bytes, at + 2, streamSequence);
      at += FORWARD_TSN_STREAM_BYTES;
    }
  }

  /** @param skipped streams that lost messages, each with the last that was given up */
  iForwardTsn(newCumulativeTsn: number, skipped: readonly SkippedMessages[]): void {
    let at = this.#open(ChunkType.I_FORWARD_TSN, 0, FORWARD_TSN_FIELDS_BYTES + skipped.length * I_FORWARD_TSN_STREAM_BYTES);
    writeU32(this.#bytes, at, newCumulativeTsn);
    at += FORWARD_TSN_FIELDS_BYTES;
    for (const messages of skipped) {
      writeU16(this.#bytes, at, messages.streamId);
      writeU16(this.#bytes, at + 2, skippedFlags(messages));
      writeU32(this.#bytes, at + 4, messages.messageId);
      at += I_FORWARD_TSN_STREAM_BYTES;
    }
  }

  /** @param parameters one or two parameters of RFC 6525 */
  reConfig(parameters: Uint8Array): void {
    this.#chunk(ChunkType.RE_CONFIG, 0, parameters);
  }

  /** Fills the packet, as a probe of the path's MTU does (RFC 4820, 3). @param bytes of the whole chunk, at least 4 */
  pad(bytes: number): void {
    if (bytes < CHUNK_HEADER_BYTES) throw new RangeError(`a chunk can't be ${bytes} bytes`);
    const at = this.#open(ChunkType.PAD, 0, bytes - CHUNK_HEADER_BYTES);
    this.#bytes.fill(0, at, at + bytes - CHUNK_HEADER_BYTES);
  }

  #chunk(type: number, flags: number, value: Uint8Array): void {
    this.#bytes.set(value, this.#open(type, flags, value.length));
  }

  /** Writes the header and the padding of a chunk. @returns where its value begins */
  #open(type: number, flags: number, valueLength: number): number {
    const start = this.#length;
    const length = CHUNK_HEADER_BYTES + valueLength;
    const end = start + paddedLength(length);
    if (start === 0) throw new RangeError("a packet has to begin first");
    if (end > this.#end) throw new RangeError(`a chunk of ${length} bytes doesn't fit into ${this.room}`);
    // The last word is the chunk's header, or holds all the padding.
    writeU32(this.#bytes, end - 4, 0);
    this.#bytes[start] = type;
    this.#bytes[start + 1] = flags;
    writeU16(this.#bytes, start + 2, length);
    this.#length = end;
    return start + CHUNK_HEADER_BYTES;
  }
}
