import type { ChannelState, DataChannel, Handler } from "@rangecast/rtc";

/**
 * A data channel before it is there, and from then on: `createDataChannel` answers at once, the channel itself comes from the page a moment later. It comes
 * before it can be open: the offer that leads there is made after it was sent.
 */
export class PendingDataChannel implements DataChannel {
  readonly label: string;
  onopen: Handler<unknown> = null;
  onmessage: Handler<{ readonly data: unknown }> = null;
  onclose: Handler<unknown> = null;
  onerror: Handler<unknown> = null;
  onbufferedamountlow: Handler<unknown> = null;
  #channel: DataChannel | undefined;
  #closed = false;
  #binaryType = "arraybuffer";
  #lowThreshold = 0;

  constructor(label: string) {
    this.label = label;
  }

  get readyState(): ChannelState {
    return this.#channel?.readyState ?? (this.#closed ? "closed" : "connecting");
  }

  get bufferedAmount(): number {
    return this.#channel?.bufferedAmount ?? 0;
  }

  get binaryType(): string {
    return this.#binaryType;
  }

  set binaryType(type: string) {
    this.#binaryType = type;
    if (this.#channel) this.#channel.binaryType = type;
  }

  get bufferedAmountLowThreshold(): number {
    return this.#lowThreshold;
  }

  set bufferedAmountLowThreshold(bytes: number) {
    this.#lowThreshold = bytes;
    if (this.#channel) this.#channel.bufferedAmountLowThreshold = bytes;
  }

  send(data: Uint8Array<ArrayBuffer>): void {
    if (!this.#channel) throw new Error("InvalidStateError: the channel is not open");
    this.#channel.send(data);
  }

  close(): void {
    this.#closed = true;
    this.#channel?.close();
  }

  /** The channel is here. */
  adopt(channel: DataChannel): void {
    if (this.#closed) return channel.close();
    this.#channel = channel;
    channel.binaryType = this.#binaryType;
    channel.bufferedAmountLowThreshold = this.#lowThreshold;
    channel.onopen = (event) => this.onopen?.(event);
    channel.onmessage = (event) => this.onmessage?.(event);
    channel.onclose = (event) => this.onclose?.(event);
    channel.onerror = (event) => this.onerror?.(event);
    channel.onbufferedamountlow = (event) => this.onbufferedamountlow?.(event);
  }

  /** It won't come: its connection was closed before. No event tells, as with a browser's own. */
  abandon(): void {
    this.#closed = true;
  }
}
