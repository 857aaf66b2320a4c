/*
 * A window that measures its path. It keeps about bandwidth × round trip outstanding, and a little more: less would leave the link idle, much
 * more would only lie in a queue before the next seek. The model is BBR's (Cardwell et al., 2016: the largest recent delivery rate, the
 * smallest recent round trip), with requests in the place of packets: each is sent when bytes arrive, so the arrivals pace it.
 *
 * start  → the window grows by half of what is delivered until the rate stops growing and requests begin to wait
 * steady → bandwidth × (round trip + a target wait): the wait is what finds more, for on a faster path it vanishes and the rate rises by its share
 * drain  → now and then under bandwidth × round trip for a round, so that the path's own round trip is seen again
 *
 * It moves smoothly, for our daemon's stack takes any jump of the round trip for a loss (docs/decisions/0004): no probing by bursts, and pieces so small
 * that requests go out as evenly as bytes come in, where the agent has the places for it.
 */
import { BASE_RANGES } from "@rangecast/wire";
import { PathModel } from "./path-model.ts";
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
/** A piece lasts so long at the path's rate, milliseconds: below that requests cost more than they smooth. */
const MIN_PIECE_MS = 2;
/** Of the agent's places so many make up a window; the others are for seeks. */
const PIECES_SHARE = 0.75;
/** How long a byte shall wait in the path's queue: a share of the round trip, within bounds, milliseconds. Both ends' event loops have a grain, and on a short path nothing else counts. */
const WAIT_SHARE = 0.25;
const MIN_WAIT_MS = 5;
const MAX_WAIT_MS = 20;
/** The window is never so small that what arrives in lumps empties the path, bytes beyond bandwidth × round trip: two chunks. */
const SLACK_BYTES = 32 * KIB;
/** Nothing came for so long though it was asked for: the sender lost a burst, and waits for its timer. Round trips, and milliseconds. */
const STALL_ROUND_TRIPS = 4;
const STALL_MS = 150;
/** A window at which the path stalled is not used again soon: this share of it is, and a little more each round trip. */
const STALL_SHARE = 0.6;
const CEILING_GROWTH = 1.01;
/** Once steady, the window grows by this share of what is delivered, so by this share each round trip. */
const STEADY_GROWTH = 0.1;
/** In the start it grows by this share. A sender's own slow start grows hardly faster where every second packet is acknowledged (RFC 9260, 7.2.1). */
const START_GROWTH = 0.4;
/** What is measured lags a round trip behind: in the start the window is at most so many times bandwidth × round trip, or a full path is seen too late. */
const START_SHARE = 1.5;
/** The start is over when the rate grows by less than this a round and requests wait so much longer than the round trip, or for so many rounds (BBR's "full pipe"). */
const FULL_GROWTH = 1.25;
const FULL_WAIT_SHARE = 1.1;
const FULL_WAIT_MS = 8;
const FULL_ROUNDS = 3;
/** So often the path is drained to see its own round trip, milliseconds, and down to this share of bandwidth × round trip. */
const DRAIN_EVERY_MS = 5000;
const DRAIN_SHARE = 0.9;

export class AdaptiveWindow implements Window {
  readonly #path = new PathModel();
  #bytes = INITIAL_BYTES;
  #pieces = BASE_RANGES;
  #starting = true;
  #fullestRate = 0;
  #flatRounds = 0;
  #draining = false;
  #drainedAtMs = 0;
  #ceiling = MAX_BYTES;

  get outstandingBytes(): number {
    return this.#bytes;
  }

  get pieceBytes(): number {
    const even = Math.max(this.#bytes / this.#pieces, this.#path.bytesPerMs * MIN_PIECE_MS);
    return Math.max(MIN_PIECE_BYTES, Math.floor(Math.min(even, this.#bytes / BASE_RANGES)));
  }

  get ranges(): number {
    return this.#pieces;
  }

  /** Large frames are for windows that hold many of them: each holds up a PONG and a seek for as long as it takes. */
  get largeChunks(): boolean {
    return this.#bytes >= MAX_BYTES / 16;
  }

  onPlaces(places: number): void {
    this.#pieces = Math.max(BASE_RANGES, Math.floor(places * PIECES_SHARE));
  }

  onSent(streamId: number, bytes: number, nowMs: number): void {
    this.#path.sent(streamId, bytes, this.#bytes, nowMs);
  }

  onDelivered(streamId: number, bytes: number, nowMs: number): void {
    const news = this.#path.delivered(streamId, bytes, nowMs);
    if (news === undefined) return;
    if (news.silenceMs > this.#path.roundTripMs * STALL_ROUND_TRIPS + STALL_MS) this.#onStall(nowMs);
    if (news.roundEnded) this.#endRound(nowMs);
    const share = this.#starting && this.#flatRounds === 0 ? START_GROWTH : STEADY_GROWTH;
    this.#grow(news.used ? bytes * share : 0);
  }

  onEnded(streamId: number, missingBytes: number): void {
    this.#path.ended(streamId, missingBytes);
  }

  onRtt(rttMs: number, nowMs: number): void {
    this.#path.roundTrip(rttMs, nowMs);
  }

  #onStall(nowMs: number): void {
    this.#ceiling = Math.max(MIN_BYTES * 2, this.#bytes * STALL_SHARE);
    if (this.#starting) this.#endStart(nowMs);
  }

  #endRound(nowMs: number): void {
    this.#ceiling = Math.min(MAX_BYTES, this.#ceiling * CEILING_GROWTH);
    if (this.#starting) return this.#lookForFullPipe(nowMs);
    if (this.#draining) {
      this.#draining = false;
      this.#drainedAtMs = nowMs;
    } else if (nowMs - this.#drainedAtMs > DRAIN_EVERY_MS) this.#draining = true;
  }

  #lookForFullPipe(nowMs: number): void {
    const grows = this.#path.bytesPerMs > this.#fullestRate * FULL_GROWTH;
    if (grows) this.#fullestRate = this.#path.bytesPerMs;
    this.#flatRounds = grows ? 0 : this.#flatRounds + 1;
    const waits = this.#path.lastWaitMs > this.#path.roundTripMs * FULL_WAIT_SHARE + FULL_WAIT_MS;
    if (this.#flatRounds >= FULL_ROUNDS || (this.#flatRounds > 0 && waits)) this.#endStart(nowMs);
  }

  #endStart(nowMs: number): void {
    this.#starting = false;
    this.#drainedAtMs = nowMs;
  }

  /** Up by small steps, down at once. */
  #grow(step: number): void {
    const wanted = this.#starting ? INITIAL_BYTES + this.#path.bytesPerMs * this.#path.roundTripMs * START_SHARE : this.#wantedBytes();
    this.#bytes = Math.round(Math.max(MIN_BYTES, Math.min(wanted, this.#bytes + step, this.#ceiling)));
  }

  #wantedBytes(): number {
    const { bytesPerMs, roundTripMs } = this.#path;
    const product = bytesPerMs * roundTripMs;
    if (this.#draining) return product * DRAIN_SHARE;
    const waitMs = Math.min(MAX_WAIT_MS, Math.max(MIN_WAIT_MS, roundTripMs * WAIT_SHARE));
    return product + Math.max(SLACK_BYTES, bytesPerMs * waitMs);
  }
}

/** A window that measures its path and keeps about bandwidth × round trip outstanding. */
export function adaptiveWindow(): Window {
  return new AdaptiveWindow();
}
