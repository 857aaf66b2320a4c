/*
 * A window that measures its path. It keeps about bandwidth × round trip outstanding, and a little more: less would leave the link idle, much
 * more would only lie in a queue before the next seek. The model is BBR's (Cardwell et al., 2016: the largest recent delivery rate, the
 * smallest recent round trip), with requests in the place of packets: each is sent when bytes arrive, so the arrivals pace it.
 *
 * start  → the window grows by what is delivered, so it doubles each round trip, until requests begin to wait or the rate stops growing
 * steady → bandwidth × round trip × gain + slack; the gain goes over 1 for one round trip in eight to find more, then under it to drain
 */
import { PathModel } from "./path-model.ts";
import { MAX_RANGES } from "./range-lane.ts";
import type { Window } from "./window.ts";

const KIB = 1024;

/** Before anything is measured, bytes: half a second of 1 Mbit/s, and with it a start of four requests. */
const INITIAL_BYTES = 64 * KIB;
/** Never less, bytes: two chunks of the base protocol, one coming while the other is asked for. */
const MIN_BYTES = 32 * KIB;
/** Never more, bytes: 400 Mbit/s at 80 ms, and half of what an agent may queue (protocol 1.3). */
const MAX_BYTES = 4 * KIB * KIB;
/** Smallest piece, bytes: one chunk. */
const MIN_PIECE_BYTES = 16 * KIB;
/** Pieces a window, all asked for at once: an agent serves four ranges, and refuses a fifth (protocol 1.3). */
const PIECES = MAX_RANGES;
/**
 * The window beyond bandwidth × round trip, for what arrives in lumps: a share of it, or what comes in so many milliseconds (both ends' event loops have
 * a grain, and on a short path nothing else counts), or a chunk.
 */
const SLACK_SHARE = 0.25;
const SLACK_MS = 5;
const SLACK_BYTES = 16 * KIB;
/** Nothing came for so long though it was asked for: the sender lost a burst, and waits for its timer. Round trips, and milliseconds. */
const STALL_ROUND_TRIPS = 4;
const STALL_MS = 150;
/** A window at which the path stalled is not used again soon: this share of it is, and a little more each round trip. */
const STALL_SHARE = 0.6;
const CEILING_GROWTH = 1.01;
/** The gain of each round trip in turn (BBR's cycle). */
const GAINS = [1.25, 0.8, 1, 1, 1, 1, 1, 1] as const;
/** The start ends when a request waits so much longer than the round trip: a share of it, and milliseconds for the clock's grain. */
const START_WAIT_SHARE = 1.25;
const START_WAIT_MS = 10;
/** The start ends, too, when the rate has not grown by this factor for so many round trips (BBR's "full pipe"). */
const START_GROWTH = 1.25;
const START_FLAT_ROUNDS = 3;
/** Shortest step of the cycle, milliseconds: on a path without delay a round trip is no measure. */
const MIN_STEP_MS = 10;

export class AdaptiveWindow implements Window {
  readonly #path = new PathModel();
  #bytes = INITIAL_BYTES;
  #starting = true;
  #fullestRate = 0;
  #flatRounds = 0;
  #step = 1;
  #steppedAtMs = 0;
  #ceiling = MAX_BYTES;

  get outstandingBytes(): number {
    return this.#bytes;
  }

  get pieceBytes(): number {
    return Math.max(MIN_PIECE_BYTES, Math.floor(this.#bytes / PIECES));
  }

  get ranges(): number {
    return PIECES;
  }

  /** Large frames are for windows that hold many of them: each holds up a PONG and a seek for as long as it takes. */
  get largeChunks(): boolean {
    return this.#bytes >= MAX_BYTES / 16;
  }

  onSent(streamId: number, bytes: number, nowMs: number): void {
    this.#path.sent(streamId, bytes, this.#bytes, nowMs);
  }

  onDelivered(streamId: number, bytes: number, nowMs: number): void {
    const news = this.#path.delivered(streamId, bytes, nowMs);
    if (news === undefined) return;
    if (news.silenceMs > this.#path.roundTripMs * STALL_ROUND_TRIPS + STALL_MS) this.#onStall(nowMs);
    if (this.#starting) this.#grow(bytes, news.used, nowMs);
    if (news.roundEnded) this.#endRound(nowMs);
    if (!this.#starting) this.#steer(nowMs);
  }

  onEnded(streamId: number, missingBytes: number): void {
    this.#path.ended(streamId, missingBytes);
  }

  onRtt(rttMs: number, nowMs: number): void {
    this.#path.roundTrip(rttMs, nowMs);
  }

  #grow(bytes: number, used: boolean, nowMs: number): void {
    if (used) this.#bytes = Math.min(MAX_BYTES, this.#bytes + bytes);
    const waits = this.#path.lastWaitMs > this.#path.roundTripMs * START_WAIT_SHARE + START_WAIT_MS;
    if (waits) this.#endStart(nowMs);
  }

  #onStall(nowMs: number): void {
    this.#ceiling = Math.max(MIN_BYTES * 2, this.#bytes * STALL_SHARE);
    if (this.#starting) this.#endStart(nowMs);
  }

  #endRound(nowMs: number): void {
    this.#ceiling = Math.min(MAX_BYTES, this.#ceiling * CEILING_GROWTH);
    if (!this.#starting) return;
    if (this.#path.bytesPerMs > this.#fullestRate * START_GROWTH) {
      this.#fullestRate = this.#path.bytesPerMs;
      this.#flatRounds = 0;
    } else if (++this.#flatRounds >= START_FLAT_ROUNDS) {
      this.#endStart(nowMs);
    }
  }

  #endStart(nowMs: number): void {
    this.#starting = false;
    // The first step of the cycle is the one that drains what the start has queued.
    this.#step = 1;
    this.#steppedAtMs = nowMs;
  }

  #steer(nowMs: number): void {
    if (nowMs - this.#steppedAtMs > Math.max(MIN_STEP_MS, this.#path.roundTripMs)) {
      this.#steppedAtMs = nowMs;
      this.#step = (this.#step + 1) % GAINS.length;
    }
    const product = this.#path.bytesPerMs * this.#path.roundTripMs;
    const gain = GAINS[this.#step] ?? 1;
    const slack = Math.max(SLACK_BYTES, product * SLACK_SHARE, this.#path.bytesPerMs * SLACK_MS);
    this.#bytes = Math.round(Math.min(this.#ceiling, Math.max(MIN_BYTES, product * gain + slack + SLACK_BYTES)));
  }
}

/** A window that measures its path and keeps about bandwidth × round trip outstanding. */
export function adaptiveWindow(): Window {
  return new AdaptiveWindow();
}
