import type { ChannelState, DataChannel, Handler } from "@rangecast/rtc";
import { decodeFrame, encodeFrame, type Frame } from "@rangecast/wire";

/** A data channel without a network: what is sent is copied, as a real one does, decoded and kept; the queue drains when the test says. */
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
  /** Whether what is sent leaves at once. */
  drains = true;
  /** Whether the other side answers PINGs, as every browser does. */
  answersPings = true;
  /** Largest message that it takes, bytes; it throws past that, as a real one does. */
  maxMessageSize = Number.POSITIVE_INFINITY;
  readonly sent: Frame[] = [];
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
    this.sent.push(frame);
    this.onsent?.(frame);
    if (frame.type === "ping" && this.answersPings) {
      queueMicrotask(() => this.onmessage?.({ data: encodeFrame({ type: "pong", streamId: frame.streamId }).buffer }));
    }
  }

  /** Lets the queue fall to so many bytes; the event fires where the threshold is crossed. */
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

  /** The payloads of a stream's RANGE_DATA, joined. */
  bytesOf(streamId: number): Buffer {
    return Buffer.concat(this.sent.flatMap((frame) => (frame.type === "range-data" && frame.streamId === streamId ? [frame.data] : [])));
  }

  /** The statuses with which a stream ended: one, if all is well. */
  endsOf(streamId: number): number[] {
    return this.sent.flatMap((frame) => (frame.type === "range-end" && frame.streamId === streamId ? [frame.status] : []));
  }
}
