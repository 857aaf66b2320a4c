import type { OutMessage } from "./out-chunk.ts";

/** Messages that are not, or not completely, sent, in the order in which they are. A queue without shifting: the front is an index. */
export class SendQueue {
  #messages: (OutMessage | undefined)[] = [];
  #front = 0;
  #bytes = 0;

  /** Bytes that are not in a chunk yet. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The message whose bytes go next. */
  get first(): OutMessage | undefined {
    return this.#messages[this.#front];
  }

  add(message: OutMessage): void {
    this.#messages.push(message);
    this.#bytes += message.bytes.byteLength;
  }

  /** `bytes` more of the first message are in a chunk; after its last byte the next message is the first. */
  take(bytes: number): void {
    const message = this.first;
    if (message === undefined) throw new Error("nothing waits to be sent");
    message.at += bytes;
    this.#bytes -= bytes;
    if (message.at === message.bytes.byteLength) this.#shift();
  }

  /** Removes what is left of the first message. @returns its bytes */
  dropFirst(): number {
    const { first } = this;
    if (first === undefined) return 0;
    const bytes = first.bytes.byteLength - first.at;
    this.#bytes -= bytes;
    this.#shift();
    return bytes;
  }

  #shift(): void {
    this.#messages[this.#front] = undefined;
    this.#front += 1;
    if (this.#front < 64 || this.#front * 2 < this.#messages.length) return;
    this.#messages = this.#messages.slice(this.#front);
    this.#front = 0;
  }

  /** Removes the messages of a stream that have not begun, but for those of one protocol. @returns them */
  drop(streamId: number, keptProtocolId: number | undefined): OutMessage[] {
    const dropped: OutMessage[] = [];
    const kept = this.#messages.slice(this.#front).filter((message) => {
      const goes = message?.streamId === streamId && message.at === 0 && message.protocolId !== keptProtocolId;
      if (goes) dropped.push(message);
      return !goes;
    });
    this.#messages = kept;
    this.#front = 0;
    for (const { bytes } of dropped) this.#bytes -= bytes.byteLength;
    return dropped;
  }
}
