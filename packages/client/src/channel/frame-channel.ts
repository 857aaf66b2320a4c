import type { DataChannel } from "@rangecast/rtc";
import { decodeFrame, encodeFrame, type Frame, WireError, type WireErrorReason } from "@rangecast/wire";

/** With more than this queued to be sent, bytes, PINGs get no answer: a flood of them must not fill the queue. */
export const MAX_QUEUED_BYTES: number = 64 * 1024;

/** Why a message of the host is dropped. The session continues (C-7). */
export type DropReason =
  | WireErrorReason
  | "not-binary"
  | "not-for-browsers"
  | "before-hello"
  | "second-hello"
  | "cancelled-stream"
  | "unknown-stream"
  | "empty-data"
  | "unasked-pong"
  | "too-many-pings";

/** Counts dropped messages by reason: a flood changes a number and fills no log. */
export class DropCounts {
  readonly #counts = new Map<DropReason, number>();

  add(reason: DropReason): void {
    this.#counts.set(reason, this.of(reason) + 1);
  }

  of(reason: DropReason): number {
    return this.#counts.get(reason) ?? 0;
  }

  get total(): number {
    let total = 0;
    for (const count of this.#counts.values()) total += count;
    return total;
  }
}

export interface FrameChannelEvents {
  readonly onOpen: () => void;
  readonly onFrame: (frame: Frame) => void;
  /** Called for every message, before it is decoded. */
  readonly onMessage: () => void;
  /** The other side closed the channel, or the connection broke. */
  readonly onClose: () => void;
}

/** A data channel that carries frames. A message that is not a frame is dropped and counted (C-7). */
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

  /** Whether the send queue is too long for frames that the host can request without limit. */
  get clogged(): boolean {
    return this.#channel.bufferedAmount > MAX_QUEUED_BYTES;
  }

  /** @returns false if the channel refused the frame: it can't be used any more */
  send(frame: Frame): boolean {
    try {
      this.#channel.send(encodeFrame(frame));
      return true;
    } catch {
      return false; // It isn't open, or its queue is full.
    }
  }

  /** Closes the channel. No event is reported after this. Idempotent. */
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

/** The bytes of a message; undefined for text. */
function bytesOf(data: unknown): Uint8Array | undefined {
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  return data instanceof Uint8Array ? data : undefined;
}
