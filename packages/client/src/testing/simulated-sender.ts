/*
 * The congestion window of a simulated agent: slow start, halving, fast retransmit (RFC 9260, 7.2) and a limit on bursts. A nervous sender also reacts to a
 * round trip that jumps as usrsctp does (docs/decisions/0005-smooth-window.md): an acknowledgement doesn't restart its retransmission timer, and when the
 * timer fires, a packet older than the smoothed round trip plus four times its variation counts as lost, although it is not.
 */
import type { EventQueue } from "./event-queue.ts";

/** A packet stands for three of 1.2 KB, so that a run of half a minute takes a second. */
export const PACKET_BYTES = 4096;
const FIRST_CONGESTION_BYTES = 3 * PACKET_BYTES;
const LEAST_CONGESTION_BYTES = 4 * PACKET_BYTES;
/** libdatachannel's maxBurst, ten packets of 1.2 KB: an unused window is cut to the bytes in flight plus this. */
const BURST_BYTES = 3 * PACKET_BYTES;
/** libdatachannel's smallest timeout, milliseconds. */
const LEAST_TIMEOUT_MS = 200;
/** Shares of a new round trip in the smoothed one, and in its variation (RFC 9260, 6.3.1). */
const SMOOTHING = 1 / 8;
const VARIATION_SMOOTHING = 1 / 4;
/** Lower bound of the margin, milliseconds: the resolution of the clock. */
const LEAST_MARGIN_MS = 3;

/** What the simulated path asks of a sender. */
export interface SendingSide {
  /** Number of times that it took a jump for a loss. */
  readonly collapses: number;
  readonly maySend: boolean;
  sent(sequence: number, bytes: number): void;
  /** Everything that may be sent was sent. */
  rested(): void;
  acknowledged(sequence: number, bytes: number): void;
  /** @param next the sequence that is sent next: losses before it belong to the same window */
  lost(sequence: number, bytes: number, next: number): void;
}

export class SimulatedSender implements SendingSide {
  readonly #events: EventQueue;
  readonly #nervous: boolean;
  /** By sequence: when it was sent. In the order of sending. */
  readonly #inFlight = new Map<number, number>();
  #collapses = 0;
  #flightBytes = 0;
  #congestion = FIRST_CONGESTION_BYTES;
  #threshold = Number.POSITIVE_INFINITY;
  #recoverUntil = -1;
  #smoothedMs = 0;
  #variationMs = 0;
  #sampleFrom = 0;
  #ticking = false;

  constructor(events: EventQueue, nervous: boolean) {
    this.#events = events;
    this.#nervous = nervous;
  }

  get collapses(): number {
    return this.#collapses;
  }

  get maySend(): boolean {
    return this.#flightBytes < this.#congestion;
  }

  sent(sequence: number, bytes: number): void {
    this.#flightBytes += bytes;
    this.#inFlight.set(sequence, this.#events.nowMs);
    if (this.#ticking || !this.#nervous) return;
    this.#ticking = true;
    this.#events.after(Math.max(LEAST_TIMEOUT_MS, this.#smoothedMs + this.#marginMs), () => this.#timeout());
  }

  rested(): void {
    const most = this.#flightBytes + BURST_BYTES;
    if (!this.#nervous || most >= this.#congestion) return;
    this.#threshold = Math.max(this.#threshold, this.#congestion);
    this.#congestion = most;
  }

  acknowledged(sequence: number, bytes: number): void {
    // Only a congestion window that was in use grows.
    const used = this.#flightBytes + PACKET_BYTES > this.#congestion;
    this.#flightBytes -= bytes;
    const sentAtMs = this.#inFlight.get(sequence);
    this.#inFlight.delete(sequence);
    if (sentAtMs !== undefined && sequence >= this.#sampleFrom) this.#measure(this.#events.nowMs - sentAtMs, sequence);
    if (used) this.#congestion += this.#congestion < this.#threshold ? PACKET_BYTES : PACKET_BYTES ** 2 / this.#congestion;
  }

  lost(sequence: number, bytes: number, next: number): void {
    this.#flightBytes -= bytes;
    this.#inFlight.delete(sequence);
    if (sequence <= this.#recoverUntil) return;
    this.#congestion = Math.max(LEAST_CONGESTION_BYTES, this.#congestion / 2);
    this.#threshold = this.#congestion;
    this.#recoverUntil = next;
  }

  get #marginMs(): number {
    return Math.max(LEAST_MARGIN_MS, 4 * this.#variationMs);
  }

  /** One sample a round trip. */
  #measure(ms: number, sequence: number): void {
    if (this.#smoothedMs === 0) [this.#smoothedMs, this.#variationMs] = [ms, ms / 2];
    const deviation = ms - this.#smoothedMs;
    this.#smoothedMs += deviation * SMOOTHING;
    this.#variationMs += (Math.abs(deviation) - this.#variationMs) * VARIATION_SMOOTHING;
    this.#sampleFrom = sequence + this.#inFlight.size;
  }

  #timeout(): void {
    this.#ticking = false;
    const [oldest] = this.#inFlight;
    if (oldest === undefined) return;
    const [sequence, sentAtMs] = oldest;
    if (this.#smoothedMs > 0 && this.#events.nowMs - sentAtMs > this.#smoothedMs + this.#marginMs) {
      this.#collapses += 1;
      this.#threshold = Math.max(LEAST_CONGESTION_BYTES, this.#congestion / 2);
      this.#congestion = PACKET_BYTES;
      this.#recoverUntil = sequence;
    }
    this.#ticking = true;
    this.#events.after(LEAST_TIMEOUT_MS, () => this.#timeout());
  }
}
