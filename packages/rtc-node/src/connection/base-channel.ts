import type { ChannelState, Handler } from "@rangecast/rtc";

import { guarded, type OnFault } from "./guarded.ts";

/** The part of an RTCDataChannel that doesn't depend on the transport: handlers, the state, and the events that change it. */
export abstract class BaseChannel {
  readonly label: string;
  onopen: Handler<unknown> = null;
  onmessage: Handler<{ readonly data: unknown }> = null;
  onclose: Handler<unknown> = null;
  onerror: Handler<unknown> = null;
  onbufferedamountlow: Handler<unknown> = null;
  protected state: ChannelState = "connecting";
  protected lowThreshold = 0;
  readonly #onFault: OnFault;
  readonly #onGone: () => void;

  /** @param onGone called once, when the channel is closed */
  protected constructor(label: string, onFault: OnFault, onGone: () => void) {
    this.label = label;
    this.#onFault = onFault;
    this.#onGone = onGone;
  }

  get readyState(): ChannelState {
    return this.state;
  }

  get binaryType(): string {
    return "arraybuffer";
  }

  /** @throws TypeError for any type but "arraybuffer" */
  set binaryType(type: string) {
    if (type !== "arraybuffer") throw new TypeError("only arraybuffer is supported");
  }

  /** The channel is open: raises `open` once. A remote's channel is open before it has a handler. */
  opened(): void {
    if (this.state !== "connecting") return;
    this.state = "open";
    this.#fire(() => this.onopen?.(undefined));
  }

  /** The channel, or its connection, is closed. */
  protected shut(): void {
    if (this.state === "closed") return;
    this.state = "closed";
    this.#onGone();
    this.#fire(() => this.onclose?.(undefined));
  }

  /** A message arrived. */
  protected received(data: string | Uint8Array | ArrayBuffer): void {
    if (this.state === "closed") return;
    this.opened();
    this.onmessage?.({ data: typeof data === "string" ? data : asArrayBuffer(data) });
  }

  #fire(handle: () => void): void {
    guarded(this.#onFault, handle)();
  }
}

/** Messages usually have memory of their own and are not copied; one that shares its memory is. */
function asArrayBuffer(data: Uint8Array | ArrayBuffer): ArrayBufferLike {
  if (data instanceof ArrayBuffer) return data;
  if (data.byteLength === data.buffer.byteLength) return data.buffer;
  return data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
}
