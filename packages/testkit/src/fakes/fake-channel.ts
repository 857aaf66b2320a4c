import type { ChannelState, DataChannel, Handler } from "@rangecast/rtc";
import { decodeFrame, encodeFrame, type Frame } from "@rangecast/wire";

/** First stream id of the PINGs with which the daemon measures what has arrived (C-13). No range has such an id. */
const FIRST_LIMITER_PING_ID = 0x8000_0000;

export interface FakeChannelOptions {
  /** `connecting` is a channel as its creator gets it. @default "open" */
  readonly readyState?: ChannelState;
  /** Whether the other side answers PINGs by itself, as every browser does. @default true */
  readonly answersPings?: boolean;
}

/** A data channel without a network. It copies what is sent, as a real one does, and keeps the decoded frames. The test is the other side. */
export class FakeChannel implements DataChannel {
  readonly label: string;
  readyState: ChannelState;
  bufferedAmount = 0;
  bufferedAmountLowThreshold = 0;
  /** Undefined as in a browser. */
  declare supplyBytes?: number;
  binaryType = "blob";
  onopen: Handler<unknown> = null;
  onmessage: Handler<{ readonly data: unknown }> = null;
  onclose: Handler<unknown> = null;
  onerror: Handler<unknown> = null;
  onbufferedamountlow: Handler<unknown> = null;
  /** Whether frames leave the queue at once. */
  drains = true;
  answersPings: boolean;
  /** Largest message that it accepts, bytes; it throws above that, as a real one does. */
  maxMessageSize: number = Number.POSITIVE_INFINITY;
  /** Thrown by each send. */
  refusal: Error | undefined;
  /** All frames but the in-flight limiter's PINGs. */
  readonly sent: Frame[] = [];
  /** Stream ids of the in-flight limiter's PINGs. */
  readonly limiterPings: number[] = [];
  /** Called with each frame after it was sent. */
  onsent: ((frame: Frame) => void) | undefined;

  constructor(label = "file", { readyState = "open", answersPings = true }: FakeChannelOptions = {}) {
    this.label = label;
    this.readyState = readyState;
    this.answersPings = answersPings;
  }

  send(data: Uint8Array<ArrayBuffer>): void {
    if (this.refusal !== undefined) throw this.refusal;
    if (this.readyState !== "open") throw new Error("InvalidStateError: the channel is not open");
    if (data.byteLength > this.maxMessageSize) throw new Error("TypeError: the message is too large");
    if (!this.drains) this.bufferedAmount += data.byteLength;
    const frame = decodeFrame(data.slice());
    if (frame.type === "ping" && frame.streamId >= FIRST_LIMITER_PING_ID) this.limiterPings.push(frame.streamId);
    else this.sent.push(frame);
    this.onsent?.(frame);
    if (frame.type === "ping" && this.answersPings) queueMicrotask(() => this.give({ type: "pong", streamId: frame.streamId }));
  }

  close(): void {
    if (this.readyState === "closed") return;
    this.readyState = "closed";
    this.onclose?.({});
  }

  /** The channel opens. */
  open(): void {
    this.readyState = "open";
    this.onopen?.({});
  }

  /** The other side closes the channel, or the connection breaks. */
  breakOff(): void {
    this.close();
  }

  /** Delivers a frame from the other side. */
  give(frame: Frame): void {
    this.giveRaw(encodeFrame(frame).buffer);
  }

  /** Delivers any message from the other side. */
  giveRaw(data: unknown): void {
    this.onmessage?.({ data });
  }

  /** Lets the queue fall to `bytes`; the event fires if the threshold is crossed. */
  drainTo(bytes: number, options: { readonly event: boolean } = { event: true }): void {
    const crossed = this.bufferedAmount > this.bufferedAmountLowThreshold && bytes <= this.bufferedAmountLowThreshold;
    this.bufferedAmount = bytes;
    if (crossed && options.event) this.onbufferedamountlow?.({});
  }

  /** The frames of one type that were sent. */
  sentOf<T extends Frame["type"]>(type: T): Extract<Frame, { type: T }>[] {
    return this.sent.filter((frame): frame is Extract<Frame, { type: T }> => frame.type === type);
  }

  /** The concatenated payloads of a stream's RANGE_DATA. */
  bytesOf(streamId: number): Buffer {
    return Buffer.concat(this.sentOf("range-data").flatMap((frame) => (frame.streamId === streamId ? [frame.data] : [])));
  }

  /** The statuses with which a stream ended: one, if all is correct. */
  endsOf(streamId: number): number[] {
    return this.sentOf("range-end").flatMap((frame) => (frame.streamId === streamId ? [frame.status] : []));
  }
}
