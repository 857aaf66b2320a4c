/*
 * A window that measures its path. It keeps about bandwidth × round trip outstanding, and a little more: less would leave the link idle, much
 * more would only lie in a queue before the next seek. The model is BBR's (Cardwell et al., 2016: the largest recent delivery rate, the
 * smallest recent round trip), with requests in the place of packets: each is sent when bytes arrive, so the arrivals pace it.
 *
 * Unlike BBR it never steps. A round trip that jumps makes some senders believe in a loss, and give up their window
 * (docs/decisions/0005-smooth-window.md): so the pieces are small, and the window glides to where it should be.
 *
 * start  → the window grows with what is delivered, but not while requests wait; if the rate then grows no more, the start is over
 * steady → it glides to bandwidth × round trip + slack; the slack is what shows that the link carries more
 * drain  → now and then it glides under bandwidth × round trip, so that the round trip can be seen without a queue
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
/** Most pieces a window: each is a request, and a read at the agent. */
const MOST_PIECES = 16;
/** Most ranges outstanding: pieces are a share of what the window was when they were asked for, and it grows. Eight slots are left for a seek. */
const MOST_RANGES = 24;
/** A piece should last so long, milliseconds, where the window holds enough of them: shorter ones cost both ends more than they smooth. */
const PIECE_MS = 3;
const LEAST_PIECES = 4;
/**
 * The window beyond bandwidth × round trip: what may queue, as a share of the round trip, but within bounds in milliseconds. Enough that the sender has always
 * something to send: one that runs dry ends a burst, and the acknowledgement of its last packet comes late (docs/decisions/0005-smooth-window.md). The lower bound is the
 * grain of both ends' event loops: on a short path nothing else counts.
 */
const SLACK_SHARE = 0.25;
const LEAST_SLACK_MS = 5;
const MOST_SLACK_MS = 20;
/** Requests wait while they take longer than the round trip by this share of what may queue. */
const WAITING_SHARE = 0.25;
/** How much of each delivered byte the window may grow: at the start; while nothing waits; while requests wait. And how much it may shrink. */
const START_GAIN = 0.5;
const FREE_GAIN = 0.125;
const WAITING_GAIN = 0.04;
const SHRINK_GAIN = 0.5;
/** At the start a request waits once it takes so much longer than the round trip, milliseconds: over the jitter of two event loops. */
const LEAST_START_WAIT_MS = 4;
/**
 * The start is over when so many round trips in a row brought no more than the best before them, by this factor, though requests wait (BBR's "full
 * pipe"): a sender that is still starting itself lets requests wait, too, but then the rate grows.
 */
const START_GROWTH = 1.25;
const START_FLAT_ROUNDS = 2;
/** And so many though nothing waits. */
const START_STILL_ROUNDS = 5;
/**
 * A steady window sways by so much of what may queue, as a triangle, so many round trips long: a sender whose round trips never vary takes the least delay
 * for a loss, and one of a few milliseconds is always about (docs/decisions/0005-smooth-window.md).
 */
const SWAY_SHARE = 0.4;
const SWAY_ROUNDS = 4;
/** A round trip is measured without a queue so often, milliseconds; for so many round trips. */
const DRAIN_EVERY_MS = 5000;
const DRAIN_ROUNDS = 3;
/** Under bandwidth × round trip while it drains, as a share. */
const DRAIN_SHARE = 0.95;
/** Nothing came for so long though it was asked for: the sender lost a burst, and waits for its timer. Round trips, and milliseconds. */
const STALL_ROUND_TRIPS = 4;
const STALL_MS = 150;
/** A window at which the path stalled is not used again soon: this share of it is, and a little more each round trip. */
const STALL_SHARE = 0.7;
const CEILING_GROWTH = 1.02;

export class AdaptiveWindow implements Window {
  readonly #path = new PathModel();
  #bytes = INITIAL_BYTES;
  #slots: number = BASE_RANGES;
  #starting = true;
  #fullestRate = 0;
  #flatRounds = 0;
  #drainRounds = 0;
  #drainedAtMs = 0;
  #ceiling = MAX_BYTES;
  #nowMs = 0;

  get outstandingBytes(): number {
    return Math.round(Math.min(MAX_BYTES, Math.max(MIN_BYTES, this.#bytes + this.#swayBytes)));
  }

  get pieceBytes(): number {
    const smooth = Math.max(
      this.#bytes / Math.min(MOST_PIECES, this.#slots),
      Math.min(this.#bytes / LEAST_PIECES, this.#path.bytesPerMs * PIECE_MS),
    );
    return Math.floor(Math.max(MIN_PIECE_BYTES, smooth));
  }

  get ranges(): number {
    return Math.min(MOST_RANGES, this.#slots);
  }

  /** Large frames are for windows that hold many of them: each holds up a PONG and a seek for as long as it takes. */
  get largeChunks(): boolean {
    return this.#bytes >= MAX_BYTES / 16;
  }

  onSlots(slots: number): void {
    this.#slots = slots;
  }

  onSent(streamId: number, bytes: number, nowMs: number): void {
    this.#path.sent(streamId, bytes, this.#bytes, nowMs);
  }

  onDelivered(streamId: number, bytes: number, nowMs: number): void {
    const news = this.#path.delivered(streamId, bytes, nowMs);
    if (news === undefined) return;
    this.#nowMs = nowMs;
    if (news.silenceMs > this.#path.roundTripMs * STALL_ROUND_TRIPS + STALL_MS) this.#onStall(nowMs);
    if (news.roundEnded) this.#endRound(nowMs);
    if (!this.#starting) this.#glide(bytes);
    else if (news.used) this.#grow(bytes);
  }

  onEnded(streamId: number, missingBytes: number): void {
    this.#path.ended(streamId, missingBytes);
  }

  onRtt(rttMs: number, nowMs: number): void {
    this.#path.roundTrip(rttMs, nowMs);
  }

  /** How long what is asked for may wait in queues, milliseconds. */
  get #slackMs(): number {
    return Math.min(MOST_SLACK_MS, Math.max(LEAST_SLACK_MS, this.#path.roundTripMs * SLACK_SHARE));
  }

  get #swayBytes(): number {
    const { bytesPerMs, roundTripMs } = this.#path;
    if (this.#starting || roundTripMs === 0) return 0;
    const phase = (this.#nowMs / (SWAY_ROUNDS * roundTripMs)) % 1;
    return bytesPerMs * this.#slackMs * SWAY_SHARE * (phase < 0.5 ? 4 * phase - 1 : 3 - 4 * phase);
  }

  get #startWaitMs(): number {
    return Math.max(LEAST_START_WAIT_MS, this.#slackMs * WAITING_SHARE);
  }

  get #goalBytes(): number {
    const { bytesPerMs, roundTripMs } = this.#path;
    const product = bytesPerMs * roundTripMs;
    if (this.#drainRounds > 0) return product * DRAIN_SHARE;
    return product + bytesPerMs * this.#slackMs + Math.max(MIN_PIECE_BYTES, this.pieceBytes / 2);
  }

  #glide(bytes: number): void {
    const goal = Math.min(this.#ceiling, Math.max(MIN_BYTES, this.#goalBytes));
    const gain = this.#path.queueMs > this.#slackMs * WAITING_SHARE ? WAITING_GAIN : FREE_GAIN;
    const [least, most] = [this.#bytes - bytes * SHRINK_GAIN, this.#bytes + bytes * gain];
    this.#bytes = Math.max(MIN_BYTES, least, Math.min(most, goal));
  }

  /**
   * Never ahead of the last round trip by more than a round's growth: what an agent that serves its ranges in turns has queued shows only here, for a
   * new request's first bytes overtake it.
   */
  #grow(bytes: number): void {
    const { queueMs, roundBytesPerMs, roundTripMs } = this.#path;
    if (queueMs >= this.#startWaitMs) return;
    const most = Math.min(this.#ceiling, roundBytesPerMs * (roundTripMs + this.#startWaitMs) * (1 + START_GAIN));
    this.#bytes = Math.max(this.#bytes, Math.min(most, this.#bytes + bytes * START_GAIN));
  }

  #onStall(nowMs: number): void {
    this.#ceiling = Math.max(MIN_BYTES * 2, this.#bytes * STALL_SHARE);
    this.#bytes = Math.min(this.#bytes, this.#ceiling);
    if (this.#starting) this.#endStart(nowMs);
  }

  #endRound(nowMs: number): void {
    this.#ceiling = Math.min(MAX_BYTES, this.#ceiling * CEILING_GROWTH);
    if (this.#starting) return this.#lookForEndOfStart(nowMs);
    if (this.#drainRounds > 0) this.#drainRounds -= 1;
    else if (nowMs - this.#drainedAtMs > DRAIN_EVERY_MS) {
      this.#drainedAtMs = nowMs;
      this.#drainRounds = DRAIN_ROUNDS;
    }
  }

  #lookForEndOfStart(nowMs: number): void {
    const rate = this.#path.roundBytesPerMs;
    const grown = rate > this.#fullestRate * START_GROWTH;
    this.#fullestRate = Math.max(this.#fullestRate, rate);
    this.#flatRounds = grown ? 0 : this.#flatRounds + 1;
    const enough = this.#path.queueMs < this.#startWaitMs ? START_STILL_ROUNDS : START_FLAT_ROUNDS;
    if (this.#flatRounds >= enough || this.#bytes >= MAX_BYTES) this.#endStart(nowMs);
  }

  #endStart(nowMs: number): void {
    this.#starting = false;
    this.#drainedAtMs = nowMs;
  }
}

/** A window that measures its path and keeps about bandwidth × round trip outstanding. */
export function adaptiveWindow(): Window {
  return new AdaptiveWindow();
}
