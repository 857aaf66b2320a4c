import type { DataChannel } from "@rangecast/rtc";
import { decodeFrame, encodeFrame, type Frame, WireError } from "@rangecast/wire";
import { DropCounts } from "./drop-counts.ts";

/** PINGs are not answered while so many bytes of ours wait to be sent: a flood of them fills no queue. */
export const MAX_QUEUED_BYTES: number = 64 * 1024;

export interface FrameChannelEvents {
  readonly onOpen: () => void;
  readonly onFrame: (frame: Frame) => void;
  /** Any message, before it is looked at. */
  readonly onMessage: () => void;
  /** The other side closed it, or it broke. */
  readonly onClose: () => void;
}

/** A data channel as frames. What is no frame is dropped and counted (protocol 1.3). */
export class FrameChannel {
  readonly dropped: DropCounts = new DropCounts();
  readonly #channel: DataChannel;

  constructor(channel: DataChannel, events: FrameChannelEvents) {
    this.#channel = channel;
    channel.binaryType = "arraybuffer";
    channel.onopen = events.onOpen;
    channel.onmessage = ({ data }) => {
      events.onMessage();
      const frame = this.#decode(data);
      if (frame !== undefined) events.onFrame(frame);
    };
    channel.onclose = events.onClose;
  }

  get open(): boolean {
    return this.#channel.readyState === "open";
  }

  /** Whether so much waits to be sent that nothing which an agent can ask for at will is added to it. */
  get clogged(): boolean {
    return this.#channel.bufferedAmount > MAX_QUEUED_BYTES;
  }

  /** @returns false if the channel does not take it: it is of no more use */
  send(frame: Frame): boolean {
    try {
      this.#channel.send(encodeFrame(frame));
      return true;
    } catch {
      return false; // It isn't open, or its queue is full.
    }
  }

  /** Closes it; no event comes any more. Idempotent. */
  close(): void {
    this.#channel.onopen = this.#channel.onmessage = this.#channel.onclose = null;
    this.#channel.close();
  }

  #decode(data: unknown): Frame | undefined {
    const bytes = bytesOf(data);
    if (bytes === undefined) {
      this.dropped.add("not-binary");
      return undefined;
    }
    try {
      return decodeFrame(bytes);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.dropped.add(error.reason);
      return undefined;
    }
  }
}

/** The bytes of a channel's message; undefined for text. */
function bytesOf(data: unknown): Uint8Array | undefined {
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  return data instanceof Uint8Array ? data : undefined;
}
