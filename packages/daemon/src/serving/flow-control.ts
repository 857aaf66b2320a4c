import type { DataChannel } from "@rangecast/rtc";
import { encodeFrame } from "@rangecast/wire";
import type { InFlightLimiter } from "./in-flight-limiter.ts";
import { fixedBound, OUTER_HIGH_BYTES, OUTER_LOW_BYTES, type WaterMarks } from "./water-marks.ts";

/** While paused, bufferedAmount is looked at so often, in case the event is missed, milliseconds (protocol 1.3). */
export const POLL_INTERVAL_MS = 500;

/** Small frames that may be waiting while sending is paused and one more PONG is still added. Only a flood of PINGs or RANGE_REQs comes to this. */
export const MAX_WAITING_PONGS = 1024;

/**
 * Small frames that may wait in all, 16 bytes each: every RANGE_REQ gets its RANGE_END. A browser that asks for so many without reading an answer
 * loses its channel.
 */
export const MAX_WAITING_CONTROL_FRAMES: number = 32 * 1024;

export type WireBytes = Uint8Array<ArrayBuffer>;

/** The part of a data channel that is sent through. */
export type SendingChannel = Pick<
  DataChannel,
  "readyState" | "bufferedAmount" | "bufferedAmountLowThreshold" | "onbufferedamountlow" | "send"
>;

export interface FlowControlOptions {
  /** @default fixedBound() */
  readonly bound?: WaterMarks;
  /** Tells by PINGs what has arrived, and bounds what is under way. @default none: only what the channel shows is bounded */
  readonly arrivals?: InFlightLimiter;
  /** Called once, when the channel refuses a frame although it is open: it is of no more use. */
  readonly onBroken?: (error: unknown) => void;
}

interface Turn {
  readonly frames: readonly WireBytes[];
  readonly sent: () => void;
  readonly failed: (reason: unknown) => void;
}

/**
 * Back-pressure of one data channel: everything that is sent goes through here. Sending pauses at the bound's high mark and goes on at the
 * low one. Senders take turns in the order they asked, one turn for each call, so a sender that comes back for each chunk gets its share
 * and none is stuck behind another.
 *
 * `send` of a data channel takes the bytes over before it returns (W3C webrtc-pc 6.2), so a frame's buffer is free again once it was sent.
 */
export class FlowControl {
  readonly #channel: SendingChannel;
  readonly #bound: WaterMarks;
  readonly #arrivals: InFlightLimiter | undefined;
  readonly #onBroken: (error: unknown) => void;
  readonly #control: WireBytes[] = [];
  readonly #turns = new Set<Turn>();
  #paused = false;
  #poll: NodeJS.Timeout | undefined;
  #closed: Error | undefined;

  constructor(channel: SendingChannel, options: FlowControlOptions = {}) {
    this.#channel = channel;
    this.#bound = options.bound ?? fixedBound();
    this.#arrivals = options.arrivals;
    this.#onBroken = options.onBroken ?? (() => {});
    channel.bufferedAmountLowThreshold = this.#lowBytes();
    channel.onbufferedamountlow = () => this.#pump();
  }

  /** Bytes handed to the channel that the network has not taken yet. */
  get queuedBytes(): number {
    return this.#channel.bufferedAmount;
  }

  get closed(): boolean {
    return this.#closed !== undefined;
  }

  /**
   * Waits for this sender's turn and sends the frames, together and in order.
   * @throws the signal's reason, before anything was sent; an error when the channel is closed
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
   * Sends a small frame ahead of those who wait for a turn; while sending is paused it waits too. Where too many wait, the channel is broken: no answer
   * is left out in silence.
   */
  sendControl(frame: WireBytes): void {
    if (this.#closed !== undefined) return;
    if (this.#control.length >= MAX_WAITING_CONTROL_FRAMES) {
      const flood = new Error("the browser asks for more and more and reads no answers");
      this.close(flood);
      this.#onBroken(flood);
      return;
    }
    this.#control.push(frame);
    this.#pump();
  }

  /**
   * The same for a PONG.
   * @returns false if it was left out: the channel is closed, or too many frames wait
   */
  sendPong(frame: WireBytes): boolean {
    if (this.#closed !== undefined || this.#control.length >= MAX_WAITING_PONGS) return false;
    this.sendControl(frame);
    return true;
  }

  /** A PONG came: it may be the answer to one of the PINGs that are sent in the stream. */
  pong(streamId: number): void {
    this.#arrivals?.pong(streamId, performance.now());
    this.#pump();
  }

  /** Ends all sending: those who wait for a turn get `reason`. Idempotent. */
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

  /** Sends what may be sent now: control frames first, then one turn after the other. */
  #pump(): void {
    while (this.#closed === undefined && this.#maySend()) {
      const frame = this.#control.shift();
      if (frame !== undefined) {
        this.#hand([frame]);
        continue;
      }
      const [turn] = this.#turns;
      if (turn === undefined || !this.#mayBeUnderWay()) break;
      this.#turns.delete(turn);
      if (this.#handTurn(turn)) turn.sent();
      else turn.failed(this.#closed);
    }
    this.#watch();
  }

  #lowBytes(): number {
    return Math.min(this.#bound.lowBytes, OUTER_LOW_BYTES);
  }

  #maySend(): boolean {
    const mark = this.#paused ? this.#lowBytes() + 1 : Math.min(this.#bound.highBytes, OUTER_HIGH_BYTES);
    this.#paused = this.#channel.bufferedAmount >= mark;
    return !this.#paused;
  }

  #mayBeUnderWay(): boolean {
    return this.#arrivals?.mayMore(performance.now()) ?? true;
  }

  #handTurn({ frames }: Turn): boolean {
    if (!this.#hand(frames)) return false;
    const bytes = frames.reduce((sum, frame) => sum + frame.byteLength, 0);
    const ping = this.#arrivals?.sent(bytes, performance.now());
    return ping === undefined || this.#hand([encodeFrame({ type: "ping", streamId: ping })]);
  }

  #hand(frames: readonly WireBytes[]): boolean {
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

  /** While something waits for the queue to fall, or for a PONG, asks for the event and polls in case it is missed. */
  #watch(): void {
    const waiting = this.#closed === undefined && (this.#turns.size > 0 || this.#control.length > 0);
    if (waiting) {
      const threshold = this.#lowBytes();
      if (this.#channel.bufferedAmountLowThreshold !== threshold) this.#channel.bufferedAmountLowThreshold = threshold;
      this.#poll ??= setInterval(() => this.#pump(), POLL_INTERVAL_MS);
      return;
    }
    clearInterval(this.#poll);
    this.#poll = undefined;
  }
}
