import type { ChannelState, DataChannel, Handler } from "@rangecast/rtc";

/**
 * A data channel that is created on the page: `createDataChannel` must return at once, and the channel itself arrives a moment later. It arrives before it can
 * open, because the offer is made after it.
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

  /** The channel has arrived. */
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

  /** The connection was closed before the channel arrived. As with a browser's own channel, no event is fired. */
  abandon(): void {
    this.#closed = true;
  }
}
