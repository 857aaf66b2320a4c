import type { ChannelState, DataChannel, Handler } from "@rangecast/rtc";
import { decodeFrame, encodeFrame, type Frame } from "@rangecast/wire";
import { FIRST_PING_STREAM_ID } from "../serving/in-flight-limiter.ts";

/** A data channel without a network. It copies what is sent, as a real one does, and keeps the decoded frames. The test drains its queue. */
export class FakeChannel implements DataChannel {
  readonly label: string;
  readyState: ChannelState = "open";
  bufferedAmount = 0;
  bufferedAmountLowThreshold = 0;
  binaryType = "blob";
  onopen: Handler<unknown> = null;
  onmessage: Handler<{ readonly data: unknown }> = null;
  onclose: Handler<unknown> = null;
  onerror: Handler<unknown> = null;
  onbufferedamountlow: Handler<unknown> = null;
  /** Whether frames leave the queue at once. */
  drains = true;
  /** Whether the other side answers PINGs, as every browser does. */
  answersPings = true;
  /** Largest message that it accepts, bytes; it throws above that, as a real one does. */
  maxMessageSize = Number.POSITIVE_INFINITY;
  /** All frames but the in-flight limiter's PINGs. */
  readonly sent: Frame[] = [];
  /** Stream ids of the in-flight limiter's PINGs. */
  readonly limiterPings: number[] = [];
  /** Called with each frame after it was sent. */
  onsent: ((frame: Frame) => void) | undefined;

  constructor(label = "file") {
    this.label = label;
  }

  send(data: Uint8Array<ArrayBuffer>): void {
    if (this.readyState !== "open") throw new Error("InvalidStateError: the channel is not open");
    if (data.byteLength > this.maxMessageSize) throw new Error("TypeError: the message is too large");
    if (!this.drains) this.bufferedAmount += data.byteLength;
    const frame = decodeFrame(data.slice());
    if (frame.type === "ping" && frame.streamId >= FIRST_PING_STREAM_ID) this.limiterPings.push(frame.streamId);
    else this.sent.push(frame);
    this.onsent?.(frame);
    if (frame.type === "ping" && this.answersPings) {
      queueMicrotask(() => this.onmessage?.({ data: encodeFrame({ type: "pong", streamId: frame.streamId }).buffer }));
    }
  }

  /** Lets the queue fall to `bytes`; the event fires if the threshold is crossed. */
  drainTo(bytes: number, options: { readonly event: boolean } = { event: true }): void {
    const crossed = this.bufferedAmount > this.bufferedAmountLowThreshold && bytes <= this.bufferedAmountLowThreshold;
    this.bufferedAmount = bytes;
    if (crossed && options.event) this.onbufferedamountlow?.({});
  }

  close(): void {
    if (this.readyState === "closed") return;
    this.readyState = "closed";
    this.onclose?.({});
  }

  /** The concatenated payloads of a stream's RANGE_DATA. */
  bytesOf(streamId: number): Buffer {
    return Buffer.concat(this.sent.flatMap((frame) => (frame.type === "range-data" && frame.streamId === streamId ? [frame.data] : [])));
  }

  /** The statuses with which a stream ended: one, if all is correct. */
  endsOf(streamId: number): number[] {
    return this.sent.flatMap((frame) => (frame.type === "range-end" && frame.streamId === streamId ? [frame.status] : []));
  }
}
