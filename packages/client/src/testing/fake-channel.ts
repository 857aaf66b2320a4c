import type { ChannelState, DataChannel, Handler } from "@rangecast/rtc";
import { decodeFrame, encodeFrame, type Frame } from "@rangecast/wire";

/** A data channel without a network. Frames that the client sends are decoded and kept; the test plays the agent. */
export class FakeChannel implements DataChannel {
  readonly label = "fake";
  readyState: ChannelState = "connecting";
  bufferedAmount = 0;
  bufferedAmountLowThreshold = 0;
  binaryType = "blob";
  onopen: Handler<unknown> = null;
  onmessage: Handler<{ readonly data: unknown }> = null;
  onclose: Handler<unknown> = null;
  onerror: Handler<unknown> = null;
  onbufferedamountlow: Handler<unknown> = null;
  /** Frames that the client sent. */
  readonly sent: Frame[] = [];
  /** Called after each frame that the client sent. */
  onsent: ((frame: Frame) => void) | undefined;
  /** Thrown by the next send. */
  refusal: Error | undefined;

  send(data: Uint8Array<ArrayBuffer>): void {
    if (this.refusal !== undefined) throw this.refusal;
    if (this.readyState !== "open") throw new Error("InvalidStateError: the channel is not open");
    const frame = decodeFrame(data.slice());
    this.sent.push(frame);
    this.onsent?.(frame);
  }

  close(): void {
    this.readyState = "closed";
  }

  /** The channel opens. */
  open(): void {
    this.readyState = "open";
    this.onopen?.({});
  }

  /** The agent closes the channel, or the connection breaks. */
  breakOff(): void {
    this.readyState = "closed";
    this.onclose?.({});
  }

  /** A frame from the agent. */
  give(frame: Frame): void {
    this.giveRaw(encodeFrame(frame).buffer);
  }

  /** Any message from the agent. */
  giveRaw(data: unknown): void {
    this.onmessage?.({ data });
  }

  /** The frames of one type that the client sent. */
  sentOf<T extends Frame["type"]>(type: T): Extract<Frame, { type: T }>[] {
    return this.sent.filter((frame): frame is Extract<Frame, { type: T }> => frame.type === type);
  }
}
