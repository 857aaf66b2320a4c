import type { ChannelState, DataChannel, Handler } from "@rangecast/rtc";
import { guarded, type OnFault } from "./guarded.ts";
import { RtcNodeError } from "./rtc-node-error.ts";

/** How often a full channel is looked at, milliseconds: this libwebrtc never fires `bufferedamountlow`. 1 ms at 40 MB/s drains 40 KB. */
const LOW_POLL_MS = 2;
/** What a remote takes whose SDP names no limit, bytes (RFC 8841 6.1). */
const DEFAULT_MAX_MESSAGE_BYTES = 65_536;

export interface NodeDataChannelOptions {
  readonly onFault: OnFault;
  /** From the remote's SDP, bytes; 0: no limit; undefined: it names none. */
  readonly remoteMaxMessageSize: () => number | undefined;
}

/** RTCDataChannel over libwebrtc's, with what that lacks: `bufferedamountlow`, a checked message size, and a close event on our own close. */
export class NodeDataChannel implements DataChannel {
  bufferedAmountLowThreshold = 0;
  onopen: Handler<unknown> = null;
  onmessage: Handler<{ readonly data: unknown }> = null;
  onclose: Handler<unknown> = null;
  onerror: Handler<unknown> = null;
  onbufferedamountlow: Handler<unknown> = null;
  readonly #native: RTCDataChannel;
  readonly #options: NodeDataChannelOptions;
  #poll: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(native: RTCDataChannel, options: NodeDataChannelOptions) {
    this.#native = native;
    this.#options = options;
    native.binaryType = "arraybuffer";
    const { onFault } = options;
    native.onopen = guarded(onFault, () => this.onopen?.(undefined));
    native.onmessage = guarded(onFault, (event) => this.onmessage?.(event));
    native.onerror = guarded(onFault, (event) => this.onerror?.(event));
    native.onclose = guarded(onFault, () => this.shut());
  }

  get label(): string {
    return this.#native.label;
  }

  get readyState(): ChannelState {
    return this.#closed ? "closed" : this.#native.readyState;
  }

  get bufferedAmount(): number {
    return this.#closed ? 0 : this.#native.bufferedAmount;
  }

  get binaryType(): string {
    return this.#native.binaryType;
  }

  set binaryType(type: string) {
    if (type !== "arraybuffer") throw new TypeError("messages are read as arraybuffer");
  }

  /** @throws {RtcNodeError} */
  send(data: Uint8Array<ArrayBuffer>): void {
    if (this.readyState !== "open") throw new RtcNodeError("not-open", `the channel is ${this.readyState}`);
    const named = this.#options.remoteMaxMessageSize() ?? DEFAULT_MAX_MESSAGE_BYTES;
    if (named > 0 && data.byteLength > named) {
      throw new RtcNodeError("message-too-large", `${data.byteLength} bytes are over the ${named} that the remote takes`);
    }
    try {
      this.#native.send(data);
    } catch (error) {
      throw new RtcNodeError("not-open", "the channel does not take the message", { cause: error });
    }
    if (this.#poll === undefined && this.bufferedAmount > this.bufferedAmountLowThreshold) this.#watchBuffer();
  }

  close(): void {
    if (this.#closed) return;
    this.#native.close();
  }

  /** The native channel is gone, or about to be: says so once. */
  shut(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#poll);
    this.#poll = undefined;
    guarded(this.#options.onFault, () => this.onclose?.(undefined))(undefined);
  }

  #watchBuffer(): void {
    this.#poll = setInterval(() => {
      if (this.bufferedAmount > this.bufferedAmountLowThreshold) return;
      clearInterval(this.#poll);
      this.#poll = undefined;
      guarded(this.#options.onFault, () => this.onbufferedamountlow?.(undefined))(undefined);
    }, LOW_POLL_MS);
  }
}
