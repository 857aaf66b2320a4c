import type { DataChannel } from "@rangecast/rtc";
import { encodeFrame } from "@rangecast/wire";
import type { InFlightLimiter } from "./in-flight-limiter.ts";

const KIB = 1024;

/**
 * High-water mark, bytes: sending pauses while bufferedAmount is at or over it. It is 25 ms of a 40 MB/s path, the fastest that a channel was seen to
 * carry, so a slow event loop doesn't starve the path. The protocol allows 8 MiB (C-8), but a seek waits for all that is queued: 6.7 s at 10 Mbit/s.
 */
export const HIGH_WATER_BYTES: number = 1024 * KIB;

/** Low-water mark, bytes: paused sending continues at or under it. The rest of the queue covers the time until the event fires and the next read is done. */
export const LOW_WATER_BYTES: number = 256 * KIB;

/** Polling interval of bufferedAmount while sending is paused, milliseconds, in case `bufferedamountlow` is missed (C-8). */
export const POLL_INTERVAL_MS = 500;

/** Maximum number of waiting control frames at which one more PONG is still queued. Only a flood of PINGs or RANGE_REQs reaches it. */
export const MAX_WAITING_PONGS = 1024;

/**
 * Maximum number of waiting control frames, 16 bytes each. Every RANGE_REQ gets its RANGE_END, so a browser that sends this many requests without
 * reading an answer loses its channel (C-16).
 */
export const MAX_WAITING_CONTROL_FRAMES: number = 32 * KIB;

export type WireBytes = Uint8Array<ArrayBuffer>;

/** The part of a data channel that sending uses. */
export type SendingChannel = Pick<
  DataChannel,
  "readyState" | "bufferedAmount" | "bufferedAmountLowThreshold" | "onbufferedamountlow" | "send" | "supplyBytes"
>;

export interface FlowControlOptions {
  /** Limits the bytes in flight (C-13). @default none: only bufferedAmount is limited */
  readonly limiter?: InFlightLimiter;
  /** Called once, when the channel is open but unusable: it refused a frame, or too many control frames wait. */
  readonly onBroken?: (error: unknown) => void;
}

interface Turn {
  readonly frames: readonly WireBytes[];
  readonly sent: () => void;
  readonly failed: (reason: unknown) => void;
}

/**
 * Backpressure for one data channel: all frames are sent through it. Sending pauses at the high-water mark and continues at the low one. Senders take
 * turns, first come, first served, one turn per call of {@link send}. So a sender that calls again for each chunk gets its share, and no sender waits
 * behind the whole range of another.
 *
 * `send` of a data channel copies the bytes before it returns (W3C webrtc-pc, 6.2), so the caller may reuse a frame's buffer once it was sent.
 */
export class FlowControl {
  readonly #channel: SendingChannel;
  readonly #limiter: InFlightLimiter | undefined;
  readonly #onBroken: (error: unknown) => void;
  readonly #control: WireBytes[] = [];
  readonly #turns = new Set<Turn>();
  #paused = false;
  #poll: NodeJS.Timeout | undefined;
  #closed: Error | undefined;

  constructor(channel: SendingChannel, options: FlowControlOptions = {}) {
    this.#channel = channel;
    this.#limiter = options.limiter;
    this.#onBroken = options.onBroken ?? (() => {});
    channel.onbufferedamountlow = () => this.#pump();
  }

  /** Bytes passed to the channel that have not left this machine. */
  get queuedBytes(): number {
    return this.#channel.bufferedAmount;
  }

  get closed(): boolean {
    return this.#closed !== undefined;
  }

  /**
   * Waits for this sender's turn and sends the frames together and in order.
   * @throws the signal's reason, in which case nothing was sent; an error when the channel is closed
   */
  send(signal: AbortSignal, ...frames: WireBytes[]): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      if (this.#closed !== undefined) return reject(this.#closed);
      const leave = (): void => {
        this.#turns.delete(turn);
        turn.failed(signal.reason);
      };
      const turn: Turn = {
        frames,
        sent: () => {
          signal.removeEventListener("abort", leave);
          resolve();
        },
        failed: (reason) => {
          signal.removeEventListener("abort", leave);
          reject(reason);
        },
      };
      this.#turns.add(turn);
      this.#pump();
      if (this.#turns.has(turn)) signal.addEventListener("abort", leave, { once: true });
    });
  }

  /**
   * Sends a small frame before all that wait for a turn. While sending is paused, it waits too. Answers are never dropped silently: when too many wait,
   * the channel counts as broken.
   */
  sendControl(frame: WireBytes): void {
    if (this.#closed !== undefined) return;
    if (this.#control.length >= MAX_WAITING_CONTROL_FRAMES) {
      const flood = new Error("the browser sends requests but does not read the answers");
      this.close(flood);
      this.#onBroken(flood);
      return;
    }
    this.#control.push(frame);
    this.#pump();
  }

  /**
   * The same for a PONG.
   * @returns false if the PONG was dropped: the channel is closed, or too many frames wait
   */
  sendPong(frame: WireBytes): boolean {
    if (this.#closed !== undefined || this.#control.length >= MAX_WAITING_PONGS) return false;
    this.sendControl(frame);
    return true;
  }

  /** Handles a PONG, which may answer one of the limiter's PINGs. */
  pong(streamId: number): void {
    this.#limiter?.pong(streamId, performance.now());
    this.#pump();
  }

  /** Stops sending: every {@link send} that waits rejects with `reason`. Idempotent. */
  close(reason: Error = new Error("the channel is closed")): void {
    if (this.#closed !== undefined) return;
    this.#closed = reason;
    this.#channel.onbufferedamountlow = null;
    clearInterval(this.#poll);
    this.#control.length = 0;
    const turns = [...this.#turns];
    this.#turns.clear();
    for (const turn of turns) turn.failed(reason);
  }

  /** Sends as much as the limits allow: control frames first, then turn by turn. */
  #pump(): void {
    while (this.#closed === undefined && this.#maySend()) {
      const frame = this.#control.shift();
      if (frame !== undefined) {
        this.#transmit([frame]);
        continue;
      }
      const [turn] = this.#turns;
      if (turn === undefined || !this.#hasRoomFor(turn) || this.#limiter?.mayMore(performance.now()) === false) break;
      this.#turns.delete(turn);
      if (this.#transmitTurn(turn)) turn.sent();
      else turn.failed(this.#closed);
    }
    this.#watch();
  }

  #maySend(): boolean {
    const mark = this.#paused ? LOW_WATER_BYTES + 1 : HIGH_WATER_BYTES;
    this.#paused = this.#channel.bufferedAmount >= mark;
    if (this.#paused) this.#channel.bufferedAmountLowThreshold = LOW_WATER_BYTES;
    return !this.#paused;
  }

  /** A transport that paces gets no more than it needs: a seek would wait for the rest. If a turn doesn't fit, the channel's event comes when it does. */
  #hasRoomFor(turn: Turn): boolean {
    const { supplyBytes, bufferedAmount } = this.#channel;
    if (supplyBytes === undefined || bufferedAmount === 0) return true;
    const room = Math.max(0, supplyBytes - bytesOf(turn));
    if (bufferedAmount <= room) return true;
    this.#channel.bufferedAmountLowThreshold = room;
    return false;
  }

  #transmitTurn(turn: Turn): boolean {
    if (!this.#transmit(turn.frames)) return false;
    const ping = this.#limiter?.sent(bytesOf(turn), performance.now());
    return ping === undefined || this.#transmit([encodeFrame({ type: "ping", streamId: ping })]);
  }

  #transmit(frames: readonly WireBytes[]): boolean {
    try {
      for (const frame of frames) this.#channel.send(frame);
      return true;
    } catch (error) {
      const broken = this.#channel.readyState === "open";
      this.close(new Error("the channel refused a frame", { cause: error }));
      if (broken) this.#onBroken(error);
      return false;
    }
  }

  /** Polls as long as a frame waits for the queue to drain or for a PONG. */
  #watch(): void {
    if (this.#closed === undefined && (this.#turns.size > 0 || this.#control.length > 0)) {
      this.#poll ??= setInterval(() => this.#pump(), POLL_INTERVAL_MS);
      return;
    }
    clearInterval(this.#poll);
    this.#poll = undefined;
  }
}

function bytesOf({ frames }: Turn): number {
  return frames.reduce((sum, frame) => sum + frame.byteLength, 0);
}
