import type { DataChannel } from "@rangecast/rtc";
import type { DataChannel as NativeDataChannel } from "node-datachannel";

import { guarded, type OnFault } from "../connection/guarded.ts";
import { BaseChannel } from "../connection/base-channel.ts";
import { MAX_MESSAGE_BYTES } from "../connection/limits.ts";
import { RtcNodeError } from "../rtc-node-error.ts";
import type { Stragglers } from "./stragglers.ts";

export interface NodeDataChannelOptions {
  readonly onFault: OnFault;
  /** Largest message that the remote accepts, bytes; 0: no limit. Called at each send, since a channel is created before the remote is known. */
  readonly remoteMaxMessageSize: () => number;
  /** Called once, when the channel is closed. */
  readonly onGone: (channel: NodeDataChannel) => void;
  readonly stragglers: Stragglers;
}

/** An RTCDataChannel on libdatachannel. Native callbacks are guarded, and messages are checked before they reach the library. */
export class NodeDataChannel extends BaseChannel implements DataChannel {
  readonly #native: NativeDataChannel;
  readonly #options: NodeDataChannelOptions;

  constructor(native: NativeDataChannel, options: NodeDataChannelOptions) {
    const { onFault, onGone } = options;
    super(native.getLabel(), onFault, () => onGone(this));
    this.#native = native;
    this.#options = options;
    native.onOpen(guarded(onFault, () => this.opened()));
    // Before onClosed: each callback has its own queue, drained in this order, and messages before the close must not be lost.
    native.onMessage(guarded(onFault, (data) => this.received(data)));
    native.onBufferedAmountLow(guarded(onFault, () => this.state === "open" && this.onbufferedamountlow?.(undefined)));
    native.onError(guarded(onFault, (message) => this.onerror?.({ error: new RtcNodeError("send-failed", message) })));
    native.onClosed(guarded(onFault, () => this.#nativeClosed()));
  }

  /** It does not include up to 1 MiB inside SCTP. */
  get bufferedAmount(): number {
    return this.state === "closed" ? 0 : this.#native.bufferedAmount();
  }

  get bufferedAmountLowThreshold(): number {
    return this.lowThreshold;
  }

  set bufferedAmountLowThreshold(bytes: number) {
    this.lowThreshold = bytes;
    if (this.state === "connecting" || this.state === "open") this.#native.setBufferedAmountLowThreshold(bytes);
  }

  /** @throws {RtcNodeError} `not-open`, `message-too-large` (the channel stays usable), `send-failed` */
  send(data: Uint8Array<ArrayBuffer>): void {
    if (this.state !== "open") throw new RtcNodeError("not-open", `the channel is ${this.state}`);
    const most = Math.min(this.#options.remoteMaxMessageSize() || MAX_MESSAGE_BYTES, MAX_MESSAGE_BYTES);
    if (data.byteLength > most) {
      throw new RtcNodeError("message-too-large", `${data.byteLength} bytes are over the limit of ${most}`);
    }
    try {
      this.#native.sendMessageBinary(data);
    } catch (error) {
      throw new RtcNodeError(this.#native.isOpen() ? "send-failed" : "not-open", "the channel does not accept the message", {
        cause: error,
      });
    }
  }

  /** Messages sent before are still transmitted while the connection lasts. */
  close(): void {
    if (this.state === "closed" || this.state === "closing") return;
    this.state = "closing";
    this.#closeNative();
  }

  /**
   * Called before the connection closes natively. That closes its open channels; closing them here as well could lose their last callback. It forgets
   * channels that never opened, which would keep the process alive, so those are closed here.
   */
  abandon(): void {
    if (this.state === "connecting" && !this.#native.isOpen()) this.#closeNative();
    else if (this.state !== "closed") this.#options.stragglers.expect(this);
    this.shut();
  }

  #nativeClosed(): void {
    this.#options.stragglers.settle(this);
    this.shut();
  }

  #closeNative(): void {
    this.#options.stragglers.expect(this);
    guarded(this.#options.onFault, () => this.#native.close())();
  }
}
