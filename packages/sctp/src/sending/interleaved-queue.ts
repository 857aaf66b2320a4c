import type { MessageQueue } from "./message-queue.ts";
import type { OutMessage } from "./out-chunk.ts";
import { SendQueue } from "./send-queue.ts";

/**
 * A queue per stream. The streams take turns by fragments (RFC 8260, 3.2), and within a stream a message goes after the other.
 *
 * What the peer has of messages that are not complete takes up its window, and if that is full of them, none can be completed. So a message begins only if it
 * fits into a limit together with those that have begun; until then its stream waits.
 */
export class InterleavedQueue implements MessageQueue {
  readonly #mostBegunBytes: number;
  readonly #streams = new Map<number, SendQueue>();
  /** Streams whose first message has begun, or may begin; the first one's turn is next. */
  readonly #turns = new Map<number, SendQueue>();
  /** Streams whose first message may not begin yet. */
  readonly #waiting = new Map<number, SendQueue>();
  #current: SendQueue | undefined;
  #bytes = 0;
  /** Size of the messages that have begun and are not complete. */
  #begunBytes = 0;

  /** @param mostBegunBytes most bytes of messages that have begun and are not complete; one message may have more */
  constructor(mostBegunBytes: number) {
    this.#mostBegunBytes = mostBegunBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get first(): OutMessage | undefined {
    return this.#current?.first;
  }

  add(message: OutMessage): void {
    const { streamId } = message;
    let queue = this.#streams.get(streamId);
    if (queue === undefined) {
      queue = new SendQueue();
      this.#streams.set(streamId, queue);
      this.#turns.set(streamId, queue);
    }
    queue.add(message);
    this.#bytes += message.bytes.byteLength;
    if (this.#current === undefined) this.#choose();
  }

  take(bytes: number): void {
    const queue = this.#current;
    const message = queue?.first;
    if (queue === undefined || message === undefined) throw new Error("nothing waits to be sent");
    if (message.at === 0) this.#begunBytes += message.bytes.byteLength;
    queue.take(bytes);
    this.#bytes -= bytes;
    if (message.at === message.bytes.byteLength) this.#onEnd(message);
    this.#turns.delete(message.streamId);
    this.#settle(message.streamId, queue);
    this.#choose();
  }

  dropRest(message: OutMessage): number {
    const queue = this.#streams.get(message.streamId);
    if (queue?.first !== message) return 0;
    const begun = message.at > 0;
    const bytes = queue.dropRest(message);
    this.#bytes -= bytes;
    if (begun) this.#onEnd(message);
    this.#settle(message.streamId, queue);
    this.#choose();
    return bytes;
  }

  drop(streamId: number, keptProtocolId: number | undefined): OutMessage[] {
    const queue = this.#streams.get(streamId);
    if (queue === undefined) return [];
    const before = queue.bytes;
    const dropped = queue.drop(streamId, keptProtocolId);
    this.#bytes -= before - queue.bytes;
    this.#settle(streamId, queue);
    this.#choose();
    return dropped;
  }

  /** A message that had begun is complete, or given up: others may begin. */
  #onEnd({ bytes }: OutMessage): void {
    this.#begunBytes -= bytes.byteLength;
    for (const [streamId, queue] of this.#waiting) {
      if (!this.#mayBegin(queue)) return;
      this.#waiting.delete(streamId);
      this.#turns.set(streamId, queue);
    }
  }

  /** A stream's first message may be another one: it takes its turn after the others, or is forgotten. */
  #settle(streamId: number, queue: SendQueue): void {
    if (queue.first !== undefined) {
      if (!this.#waiting.has(streamId)) this.#turns.set(streamId, queue);
      return;
    }
    this.#streams.delete(streamId);
    this.#turns.delete(streamId);
    this.#waiting.delete(streamId);
  }

  #choose(): void {
    this.#current = undefined;
    for (const [streamId, queue] of this.#turns) {
      // No message begins before those that wait: else a large one would wait for ever.
      const begun = queue.first !== undefined && queue.first.at > 0;
      if (begun || (this.#waiting.size === 0 && this.#mayBegin(queue))) {
        this.#current = queue;
        return;
      }
      this.#turns.delete(streamId);
      this.#waiting.set(streamId, queue);
    }
  }

  #mayBegin({ first }: SendQueue): boolean {
    if (first === undefined || this.#begunBytes === 0) return true;
    return this.#begunBytes + first.bytes.byteLength <= this.#mostBegunBytes;
  }
}
