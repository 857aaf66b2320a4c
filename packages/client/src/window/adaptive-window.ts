import { BASE_RANGES } from "@rangecast/wire";
import { PathModel } from "./path-model.ts";
import type { HostFacts, Window } from "./window.ts";

const KIB = 1024;

/** Window before anything is measured, bytes: half a second of 1 Mbit/s. */
const INITIAL_BYTES = 64 * KIB;
/** Smallest window, bytes: two chunks of the base protocol, so that one arrives while the other is requested. */
const MIN_BYTES = 32 * KIB;
/** Largest window, bytes: 400 Mbit/s at 80 ms, and half of what an agent may queue (C-8). */
const MAX_BYTES = 4 * KIB * KIB;
/** Smallest piece, bytes: one chunk of the base protocol. */
const MIN_PIECE_BYTES = 16 * KIB;
/** Maximum number of pieces in a window: each costs a request, and a read at the host. */
const MAX_PIECES = 16;
/** Maximum number of ranges in progress. More than MAX_PIECES, because the window grows after pieces were requested; eight slots remain for a seek. */
const MAX_RANGES = 24;
/** Aimed duration of a piece, milliseconds, if the window holds at least MIN_PIECES of them. Shorter ones cost both ends more than they smooth. */
const PIECE_MS = 8;
const MIN_PIECES = 2;
/**
 * Slack: the window beyond bandwidth × round trip, as a share of the round trip, within bounds in milliseconds. It keeps the sender supplied: if the
 * sender runs dry, a burst ends, and the acknowledgement of its last packet is delayed (docs/decisions/0005-smooth-window.md). The lower bound is the
 * precision of both ends' event loops.
 */
const SLACK_SHARE = 0.25;
const MIN_SLACK_MS = 5;
const MAX_SLACK_MS = 20;
/** Requests count as queued if they take longer than the round trip by more than this share of the slack. */
const QUEUED_SHARE = 0.25;
/** Window growth per delivered byte: during the start; while nothing is queued; while requests are queued. And the most that it shrinks. */
const START_GAIN = 0.5;
const FREE_GAIN = 0.125;
const QUEUED_GAIN = 0.04;
const SHRINK_GAIN = 0.5;
/** During the start a request counts as queued only if it takes this much longer than the round trip, milliseconds: the jitter of two event loops. */
const MIN_START_QUEUED_MS = 4;
/**
 * The start is over after this number of round trips without a rate above the best one before, times this factor, while requests are queued (BBR's
 * "full pipe"). If the sender is still in its own slow start, requests are queued too, but the rate grows.
 */
const START_GROWTH = 1.25;
const START_FLAT_ROUNDS = 2;
/** The same while nothing is queued. */
const START_IDLE_ROUNDS = 5;
/**
 * A steady window sways as a triangle wave: by this share of the slack, over this number of round trips. Some senders take a small delay for a loss if
 * their round trips never vary, and delays of a few milliseconds are common (docs/decisions/0005-smooth-window.md).
 */
const SWAY_SHARE = 0.4;
const SWAY_ROUNDS = 4;
/** Interval at which the window drains to measure a round trip without a queue, milliseconds, and for how many round trips. */
const DRAIN_EVERY_MS = 5000;
const DRAIN_ROUNDS = 3;
/** Size of a draining window, as a share of bandwidth × round trip. */
const DRAIN_SHARE = 0.95;
/** The path has stalled if nothing arrives for this number of round trips and milliseconds: the sender lost a burst and waits for its timer. */
const STALL_ROUND_TRIPS = 4;
const STALL_MS = 150;
/** After a stall the window is limited to this share of its size, and the limit grows by this factor each round trip. */
const STALL_SHARE = 0.7;
const CEILING_GROWTH = 1.02;

/**
 * A window that measures its path. It keeps about bandwidth × round trip outstanding, and a little slack: less would leave the link idle, and more would
 * only queue ahead of the next seek. The model is BBR's (Cardwell et al., 2016: the largest recent delivery rate, the smallest recent round trip), with
 * requests instead of packets. Each request is sent when bytes arrive, so the arrivals pace the requests.
 *
 * Unlike BBR's, the window never steps: some senders take a jump of the round trip for a loss and shrink their congestion window
 * (docs/decisions/0005-smooth-window.md). So pieces are small, and the window moves gradually.
 *
 * - start: the window grows with the bytes delivered, but not while requests are queued. It ends when the rate stops growing.
 * - steady: the window moves to bandwidth × round trip + slack. The slack reveals when the link can carry more.
 * - drain: at intervals the window moves below bandwidth × round trip, to measure the round trip without a queue.
 */
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
      this.#bytes / Math.min(MAX_PIECES, this.#slots),
      Math.min(this.#bytes / MIN_PIECES, this.#path.bytesPerMs * PIECE_MS),
    );
    return Math.floor(Math.max(MIN_PIECE_BYTES, smooth));
  }

  get ranges(): number {
    return Math.min(MAX_RANGES, this.#slots);
  }

  /** Only for windows that hold many large frames: each delays a PONG and a seek. */
  get largeChunks(): boolean {
    return this.#bytes >= MAX_BYTES / 16;
  }

  onHost({ slots }: HostFacts): void {
    this.#slots = slots;
  }

  onSent(streamId: number, bytes: number, nowMs: number): void {
    this.#path.sent(streamId, bytes, this.#bytes, nowMs);
  }

  onDelivered(streamId: number, bytes: number, nowMs: number): void {
    const delivery = this.#path.delivered(streamId, bytes, nowMs);
    if (delivery === undefined) return;
    this.#nowMs = nowMs;
    if (delivery.silenceMs > this.#path.roundTripMs * STALL_ROUND_TRIPS + STALL_MS) this.#onStall(nowMs);
    if (delivery.roundEnded) this.#endRound(nowMs);
    if (!this.#starting) this.#moveToGoal(bytes);
    else if (delivery.used) this.#grow(bytes);
  }

  onEnded(streamId: number, missingBytes: number): void {
    this.#path.ended(streamId, missingBytes);
  }

  onRtt(rttMs: number, nowMs: number): void {
    this.#path.roundTrip(rttMs, nowMs);
  }

  /** How long requests may be queued, milliseconds. */
  get #slackMs(): number {
    return Math.min(MAX_SLACK_MS, Math.max(MIN_SLACK_MS, this.#path.roundTripMs * SLACK_SHARE));
  }

  get #swayBytes(): number {
    const { bytesPerMs, roundTripMs } = this.#path;
    if (this.#starting || roundTripMs === 0) return 0;
    const phase = (this.#nowMs / (SWAY_ROUNDS * roundTripMs)) % 1;
    return bytesPerMs * this.#slackMs * SWAY_SHARE * (phase < 0.5 ? 4 * phase - 1 : 3 - 4 * phase);
  }

  get #startQueuedMs(): number {
    return Math.max(MIN_START_QUEUED_MS, this.#slackMs * QUEUED_SHARE);
  }

  get #goalBytes(): number {
    const { bytesPerMs, roundTripMs } = this.#path;
    const product = bytesPerMs * roundTripMs;
    if (this.#drainRounds > 0) return product * DRAIN_SHARE;
    return product + bytesPerMs * this.#slackMs + Math.max(MIN_PIECE_BYTES, this.pieceBytes / 2);
  }

  #moveToGoal(bytes: number): void {
    const goal = Math.min(this.#ceiling, Math.max(MIN_BYTES, this.#goalBytes));
    const gain = this.#path.queueMs > this.#slackMs * QUEUED_SHARE ? QUEUED_GAIN : FREE_GAIN;
    const [least, most] = [this.#bytes - bytes * SHRINK_GAIN, this.#bytes + bytes * gain];
    this.#bytes = Math.max(MIN_BYTES, least, Math.min(most, goal));
  }

  /**
   * Grows by at most one round's growth over the last round trip. A host that serves its ranges in turns sends the first bytes of a new request before
   * what it has queued, so its queue shows only in the rate, not in the time to the first byte.
   */
  #grow(bytes: number): void {
    const { queueMs, roundBytesPerMs, roundTripMs } = this.#path;
    if (queueMs >= this.#startQueuedMs) return;
    const most = Math.min(this.#ceiling, roundBytesPerMs * (roundTripMs + this.#startQueuedMs) * (1 + START_GAIN));
    this.#bytes = Math.max(this.#bytes, Math.min(most, this.#bytes + bytes * START_GAIN));
  }

  #onStall(nowMs: number): void {
    this.#ceiling = Math.max(MIN_BYTES * 2, this.#bytes * STALL_SHARE);
    this.#bytes = Math.min(this.#bytes, this.#ceiling);
    if (this.#starting) this.#endStart(nowMs);
  }

  #endRound(nowMs: number): void {
    this.#ceiling = Math.min(MAX_BYTES, this.#ceiling * CEILING_GROWTH);
    if (this.#starting) return this.#checkEndOfStart(nowMs);
    if (this.#drainRounds > 0) this.#drainRounds -= 1;
    else if (nowMs - this.#drainedAtMs > DRAIN_EVERY_MS) {
      this.#drainedAtMs = nowMs;
      this.#drainRounds = DRAIN_ROUNDS;
    }
  }

  #checkEndOfStart(nowMs: number): void {
    const rate = this.#path.roundBytesPerMs;
    const grown = rate > this.#fullestRate * START_GROWTH;
    this.#fullestRate = Math.max(this.#fullestRate, rate);
    this.#flatRounds = grown ? 0 : this.#flatRounds + 1;
    const enough = this.#path.queueMs < this.#startQueuedMs ? START_IDLE_ROUNDS : START_FLAT_ROUNDS;
    if (this.#flatRounds >= enough || this.#bytes >= MAX_BYTES) this.#endStart(nowMs);
  }

  #endStart(nowMs: number): void {
    this.#starting = false;
    this.#drainedAtMs = nowMs;
  }
}
