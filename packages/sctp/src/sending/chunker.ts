import { DataFlag } from "../wire/chunk-type.ts";
import type { ChunkRing } from "./chunk-ring.ts";
import type { OutChunk, QueuedMessage } from "./out-chunk.ts";
import { OutStream } from "./out-stream.ts";
import { SendQueue } from "./send-queue.ts";

/** Cuts queued messages into chunks, and numbers them (RFC 9260, 6.5 and 6.9). */
export class Chunker {
  readonly #ring: ChunkRing;
  readonly #maxPayloadBytes: number;
  readonly #queue = new SendQueue();
  readonly #streams = new Map<number, OutStream>();

  constructor(ring: ChunkRing, maxPayloadBytes: number) {
    this.#ring = ring;
    this.#maxPayloadBytes = maxPayloadBytes;
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
    return Math.ceil(left / Math.ceil(left / this.#maxPayloadBytes));
  }

  add(message: QueuedMessage): void {
    const stream = this.#stream(message.streamId);
    stream.queuedMessages += 1;
    this.#queue.add({ ...message, stream, streamSequence: 0, at: 0 });
  }

  /** Drops the messages of a stream that have not begun, but for those of one protocol. */
  drop(streamId: number, keptProtocolId: number | undefined): void {
    for (const { stream, meter, bytes } of this.#queue.drop(streamId, keptProtocolId)) {
      stream.queuedMessages -= 1;
      meter?.onLeft(bytes.byteLength);
    }
  }

  /** These streams start again: their next message has the number 0 (RFC 6525, 5.2.2). */
  resetSequences(streamIds: readonly number[]): void {
    for (const streamId of streamIds) {
      const stream = this.#streams.get(streamId);
      if (stream?.inUse === true) stream.nextSequence = 0;
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
    if (first && !message.unordered) {
      message.streamSequence = stream.nextSequence;
      stream.nextSequence = (stream.nextSequence + 1) & 0xffff;
    }
    const chunk = this.#ring.push();
    chunk.stream = stream;
    stream.chunks += 1;
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
    if (chunk.end === message.bytes.byteLength) stream.queuedMessages -= 1;
    message.meter?.onLeft(length);
    return chunk;
  }

  #stream(streamId: number): OutStream {
    const known = this.#streams.get(streamId);
    if (known !== undefined) return known;
    const stream = new OutStream(streamId);
    this.#streams.set(streamId, stream);
    return stream;
  }
}
