import { DataFlag } from "../wire/chunk-type.ts";
import type { ChunkRing } from "./chunk-ring.ts";
import { type Limited, type OutChunk, OutMessage, type QueuedMessage } from "./out-chunk.ts";
import { OutStream } from "./out-stream.ts";
import type { MessageQueue } from "./message-queue.ts";
import type { ChunkSize } from "./sender-options.ts";

/** Cuts queued messages into chunks, and numbers them (RFC 9260, 6.5 and 6.9). */
export class Chunker {
  readonly #ring: ChunkRing;
  readonly #size: ChunkSize;
  readonly #queue: MessageQueue;
  readonly #interleaved: boolean;
  readonly #streams = new Map<number, OutStream>();
  /** Messages whose lifetime begins when the clock is read next. */
  #unstamped: Limited[] = [];
  /** Whether any message had limits. */
  hasLimits = false;

  /** @param interleaved whether messages and fragments are numbered for I_DATA chunks */
  constructor(ring: ChunkRing, queue: MessageQueue, size: ChunkSize, interleaved: boolean) {
    this.#ring = ring;
    this.#queue = queue;
    this.#size = size;
    this.#interleaved = interleaved;
  }

  /** Bytes that are not in a chunk yet. */
  get queuedBytes(): number {
    return this.#queue.bytes;
  }

  get empty(): boolean {
    return this.#queue.first === undefined;
  }

  /** Whether messages of a stream wait, or are not acknowledged. */
  usesStream(streamId: number): boolean {
    return this.#streams.get(streamId)?.inUse === true;
  }

  /**
   * Payload bytes of the next chunk; 0 if there is none. The chunks of a message have the same size, up to a byte: short ones would cost as much to send as
   * full ones, and packets that are alike let a sender know how many bytes have arrived when a peer reports only how many packets (arrival-rate.ts).
   */
  get nextLength(): number {
    const message = this.#queue.first;
    if (message === undefined) return 0;
    const left = message.bytes.byteLength - message.at;
    return Math.ceil(left / Math.ceil(left / this.#size.maxPayloadBytes));
  }

  add(message: QueuedMessage): void {
    const stream = this.#stream(message.streamId);
    stream.queuedMessages += 1;
    const out = new OutMessage(message, stream);
    this.#queue.add(out);
    if (out.limited === undefined) return;
    this.hasLimits = true;
    this.#unstamped.push(out.limited);
  }

  /** Begins the lifetime of new messages. */
  stamp(nowMs: number): void {
    if (this.#unstamped.length === 0) return;
    for (const limited of this.#unstamped) limited.expiresAtMs = nowMs + limited.lifetimeMs;
    this.#unstamped = [];
  }

  /** Drops messages that expired before they began, up to the next one to send. @returns that one, if it has begun and expired */
  expired(nowMs: number): OutMessage | undefined {
    for (let { first } = this.#queue; first?.limited !== undefined; { first } = this.#queue) {
      if (!(first.limited.expiresAtMs <= nowMs)) return undefined;
      if (first.at > 0) return first;
      this.#drop(first);
    }
    return undefined;
  }

  /**
   * Drops what is left of a message that is given up. Its last TSN is that of an empty chunk, which is never sent: the peer may have all the others, and would
   * take none that it has for one to skip.
   */
  dropRest(message: OutMessage): void {
    if (message.at === message.bytes.byteLength) return;
    this.#drop(message);
    const chunk = this.#push(message);
    chunk.flags = DataFlag.ENDING | (message.unordered ? DataFlag.UNORDERED : 0);
    chunk.start = chunk.end = message.at;
    chunk.state = "abandoned";
  }

  /** Drops the messages of a stream that have not begun, but for those of one protocol. */
  drop(streamId: number, keptProtocolId: number | undefined): void {
    for (const { stream, meter, bytes } of this.#queue.drop(streamId, keptProtocolId)) {
      stream.queuedMessages -= 1;
      meter?.onLeft(bytes.byteLength);
    }
  }

  /** These streams start again: their next messages have the number 0 (RFC 6525, 5.2.2; RFC 8260, 2.4). */
  resetSequences(streamIds: readonly number[]): void {
    for (const streamId of streamIds) {
      const stream = this.#streams.get(streamId);
      if (stream?.inUse === true) stream.reset();
      else this.#streams.delete(streamId);
    }
  }

  /** Puts the next chunk into the ring. @throws if there is none */
  take(): OutChunk {
    const message = this.#queue.first;
    if (message === undefined) throw new Error("nothing waits to be sent");
    const length = this.nextLength;
    const first = message.at === 0;
    const { stream } = message;
    if (first) message.sequence = this.#interleaved ? stream.takeMessageId(message.unordered) : stream.takeSequence(message.unordered);
    const chunk = this.#push(message);
    if (first && message.limited !== undefined) message.limited.firstTsn = chunk.tsn;
    chunk.start = message.at;
    chunk.end = message.at + length;
    chunk.flags =
      (first ? DataFlag.BEGINNING : 0) |
      (chunk.end === message.bytes.byteLength ? DataFlag.ENDING : 0) |
      (message.unordered ? DataFlag.UNORDERED : 0);
    this.#queue.take(length);
    if (chunk.end === message.bytes.byteLength) stream.queuedMessages -= 1;
    message.meter?.onLeft(length);
    return chunk;
  }

  #push(message: OutMessage): OutChunk {
    const chunk = this.#ring.push();
    chunk.message = message;
    message.stream.chunks += 1;
    if (message.limited !== undefined) message.limited.lastTsn = chunk.tsn;
    chunk.fragment = message.fragments++;
    chunk.transmissions = 0;
    chunk.lostByTimeout = false;
    return chunk;
  }

  #drop(message: OutMessage): void {
    message.stream.queuedMessages -= 1;
    const bytes = this.#queue.dropRest(message);
    message.meter?.onLeft(bytes);
  }

  #stream(streamId: number): OutStream {
    const known = this.#streams.get(streamId);
    if (known !== undefined) return known;
    const stream = new OutStream(streamId);
    this.#streams.set(streamId, stream);
    return stream;
  }
}
