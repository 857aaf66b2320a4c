import { PathModel } from "./path-model.ts";
import type { Window } from "./window.ts";

const KIB = 1024;

/** Smallest window, bytes, and the window before anything is measured: two seconds of 1 Mbit/s. */
const MIN_BYTES = 256 * KIB;
/** Largest window, bytes: 200 Mbit/s at 50 ms. A reader may hold this much in memory. */
const MAX_BYTES = 8 * KIB * KIB;
/**
 * The window, in round trips: one for the request and its bytes, one or two in which nothing is delivered because a lost packet is sent again, perhaps twice,
 * and one to spare, since the sender may double its rate each round trip at the start.
 */
const ROUND_TRIPS = 4;
/** And on top of that, milliseconds: turns of both event loops, and pauses for garbage collection, on a busy machine. */
const SPARE_MS = 100;
/** Number of rounds over which the largest rate is kept. A round is as long as the window. */
const RATE_ROUNDS = 3;
/**
 * Number of pieces in a window: fewer than the slots of any host, so that a seek finds one. The host serves them in turns, so with more of them the first bytes
 * take longer to be complete; with fewer, requests come in bursts.
 */
const PIECES = 3;
/** A large frame takes at most this long, milliseconds: each delays a PONG and a seek. */
const LARGE_CHUNK_MS = 15;
const LARGE_CHUNK_BYTES = 64 * KIB;

/**
 * A window for hosts that pace what they send and stop at once when a range is cancelled. Such a host alone decides how fast it sends and how much is
 * in flight, so the window only has to keep it supplied with requests: a seek cancels what was requested before it, however much that was.
 */
export class PacedWindow implements Window {
  readonly #path = new PathModel(RATE_ROUNDS);
  #bytes = MIN_BYTES;

  get outstandingBytes(): number {
    return Math.round(this.#bytes);
  }

  get pieceBytes(): number {
    return Math.floor(this.#bytes / PIECES);
  }

  get ranges(): number {
    return PIECES;
  }

  get largeChunks(): boolean {
    return this.#path.bytesPerMs * LARGE_CHUNK_MS >= LARGE_CHUNK_BYTES;
  }

  onHost(): void {
    // All that counts is that it paces.
  }

  onSent(streamId: number, bytes: number, nowMs: number): void {
    this.#path.sent(streamId, bytes, this.#bytes, nowMs);
  }

  /** It grows with what arrives, at most twofold each round trip, and shrinks as slowly. */
  onDelivered(streamId: number, bytes: number, nowMs: number): void {
    if (this.#path.delivered(streamId, bytes, nowMs) === undefined) return;
    const { bytesPerMs, roundTripMs } = this.#path;
    const goal = Math.min(MAX_BYTES, Math.max(MIN_BYTES, bytesPerMs * (ROUND_TRIPS * roundTripMs + SPARE_MS)));
    this.#bytes = goal > this.#bytes ? Math.min(goal, this.#bytes + bytes) : Math.max(goal, this.#bytes - bytes);
  }

  onEnded(streamId: number, missingBytes: number): void {
    this.#path.ended(streamId, missingBytes);
  }

  onRtt(rttMs: number, nowMs: number): void {
    this.#path.roundTrip(rttMs, nowMs);
  }
}
