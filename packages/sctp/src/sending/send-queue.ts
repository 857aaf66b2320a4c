import type { MessageQueue } from "./message-queue.ts";
import type { OutMessage } from "./out-chunk.ts";

/** One message after the other, of all streams. A queue without shifting: the front is an index. */
export class SendQueue implements MessageQueue {
  #messages: (OutMessage | undefined)[] = [];
  #front = 0;
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  get first(): OutMessage | undefined {
    return this.#messages[this.#front];
  }

  add(message: OutMessage): void {
    this.#messages.push(message);
    this.#bytes += message.bytes.byteLength;
  }

  take(bytes: number): void {
    const message = this.first;
    if (message === undefined) throw new Error("nothing waits to be sent");
    message.at += bytes;
    this.#bytes -= bytes;
    if (message.at === message.bytes.byteLength) this.#shift();
  }

  dropRest(message: OutMessage): number {
    if (this.first !== message) return 0;
    const bytes = message.bytes.byteLength - message.at;
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
