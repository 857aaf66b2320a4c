import type { DataChannel } from "@rangecast/rtc";
import { type DataChannel as SctpChannel, DataChannelError } from "@rangecast/sctp";

import { BaseChannel } from "../connection/base-channel.ts";
import { guarded, type OnFault } from "../connection/guarded.ts";
import { RtcNodeError } from "../rtc-node-error.ts";

export interface OwnDataChannelOptions {
  readonly onFault: OnFault;
  /** Called after each call that may have something to send. */
  readonly wake: () => void;
  /** See {@link DataChannel.supplyBytes}. */
  readonly supplyBytes: () => number;
  /** Called once, when the channel is closed. */
  readonly onGone: (channel: OwnDataChannel) => void;
}

/** An RTCDataChannel on a channel of `@rangecast/sctp`. */
export class OwnDataChannel extends BaseChannel implements DataChannel {
  readonly #options: OwnDataChannelOptions;
  #channel: SctpChannel | undefined;

  constructor(label: string, options: OwnDataChannelOptions) {
    const { onFault, onGone } = options;
    super(label, onFault, () => onGone(this));
    this.#options = options;
  }

  /** The channel exists from now on: as soon as the remote's description is known. */
  bind(channel: SctpChannel): void {
    const { onFault } = this.#options;
    this.#channel = channel;
    channel.bufferedAmountLowThreshold = this.lowThreshold;
    channel.onOpen = () => this.opened();
    channel.onMessage = guarded(onFault, (data) => this.received(data));
    channel.onBufferedLow = guarded(onFault, () => this.state === "open" && this.onbufferedamountlow?.(undefined));
    channel.onClose = () => this.shut();
    if (this.state === "closing") channel.close();
  }

  get bufferedAmount(): number {
    return this.state === "closed" ? 0 : (this.#channel?.bufferedAmount ?? 0);
  }

  get bufferedAmountLowThreshold(): number {
    return this.lowThreshold;
  }

  set bufferedAmountLowThreshold(bytes: number) {
    this.lowThreshold = bytes;
    if (this.#channel !== undefined) this.#channel.bufferedAmountLowThreshold = bytes;
  }

  get supplyBytes(): number {
    return this.#options.supplyBytes();
  }

  /** @throws {RtcNodeError} `not-open`, `message-too-large` (the channel stays usable) */
  send(data: Uint8Array<ArrayBuffer>): void {
    if (this.state !== "open" || this.#channel === undefined) throw new RtcNodeError("not-open", `the channel is ${this.state}`);
    try {
      // The caller may use its buffer again at once, as with a browser's channel; SCTP reads it until the remote has it. The slice() of a Buffer would not copy.
      this.#channel.send(new Uint8Array(data));
    } catch (error) {
      if (!(error instanceof DataChannelError)) throw error;
      throw new RtcNodeError(error.reason === "message-too-large" ? "message-too-large" : "not-open", error.message, { cause: error });
    }
    this.#options.wake();
  }

  /** Messages sent before are still transmitted while the connection lasts. */
  close(): void {
    if (this.state === "closed" || this.state === "closing") return;
    this.state = "closing";
    this.#channel?.close();
    this.#options.wake();
  }

  /** The connection is closed. */
  abandon(): void {
    this.shut();
  }
}
