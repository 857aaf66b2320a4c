import { DataFlag } from "../wire/chunk-type.ts";
import type { ChunkRing } from "./chunk-ring.ts";
import type { OutChunk, OutMessage } from "./out-chunk.ts";
import { SendQueue } from "./send-queue.ts";
import type { ChunkSize } from "./sender-options.ts";

/** Cuts queued messages into chunks, and numbers them (RFC 9260, 6.5 and 6.9). */
export class Chunker {
  readonly #ring: ChunkRing;
  readonly #size: ChunkSize;
  readonly #queue = new SendQueue();
  /** The number of each stream's next message. */
  readonly #nextSequence = new Map<number, number>();

  constructor(ring: ChunkRing, size: ChunkSize) {
    this.#ring = ring;
    this.#size = size;
  }

  /** Bytes that are not in a chunk yet. */
  get queuedBytes(): number {
    return this.#queue.bytes;
  }

  get empty(): boolean {
    return this.#queue.first === undefined;
  }

  /** The stream of the next chunk; undefined if there is none. */
  get nextStream(): number | undefined {
    return this.#queue.first?.streamId;
  }

  /** Payload bytes of the next chunk; 0 if there is none. */
  get nextLength(): number {
    const message = this.#queue.first;
    return message === undefined ? 0 : Math.min(this.#size.maxPayloadBytes, message.bytes.byteLength - message.at);
  }

  add(message: OutMessage): void {
    this.#queue.add(message);
  }

  /** Drops the messages of a stream that have not begun. */
  drop(streamId: number): void {
    this.#queue.drop(streamId);
  }

  /** The streams start again: their next message has the number 0 (RFC 6525, 5.2.2). All of them if none is named. */
  resetSequences(streamIds: readonly number[]): void {
    if (streamIds.length === 0) this.#nextSequence.clear();
    for (const streamId of streamIds) this.#nextSequence.delete(streamId);
  }

  /** Puts the next chunk into the ring. @throws if there is none */
  take(): OutChunk {
    const message = this.#queue.first;
    if (message === undefined) throw new Error("nothing waits to be sent");
    const length = this.nextLength;
    const first = message.at === 0;
    if (first && !message.unordered) {
      message.streamSequence = this.#nextSequence.get(message.streamId) ?? 0;
      this.#nextSequence.set(message.streamId, (message.streamSequence + 1) & 0xffff);
    }
    const chunk = this.#ring.push();
    chunk.streamId = message.streamId;
    chunk.streamSequence = message.streamSequence;
    chunk.protocolId = message.protocolId;
    chunk.source = message.bytes;
    chunk.start = message.at;
    chunk.end = message.at + length;
    chunk.flags =
      (first ? DataFlag.BEGINNING : 0) |
      (chunk.end === message.bytes.byteLength ? DataFlag.ENDING : 0) |
      (message.unordered ? DataFlag.UNORDERED : 0);
    chunk.transmissions = 0;
    chunk.lostByTimeout = false;
    this.#queue.take(length);
    return chunk;
  }
}
