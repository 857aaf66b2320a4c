/*
 * What is known of a path, from when bytes were asked for and when they came: the delivery rate and the round trip. Pure: time is told, not read.
 */

/** Round trips over which the largest rate is remembered (BBR's filter). */
const RATE_ROUNDS = 10;
/** How long the smallest round trip is believed, milliseconds (BBR's filter): after that the path may have become another. */
const ROUND_TRIP_HORIZON_MS = 10_000;
/** A request was held back by its consumer, not by the window, when less than this share of the window was outstanding. */
const USED_SHARE = 0.7;
/** All requests of a round waited so much longer than the round trip: the path has become slower than what is remembered of it. */
const SLOWER_WAIT_FACTOR = 2;
const SLOWER_WAIT_MS = 20;

interface Request {
  readonly sentAtMs: number;
  /** Bytes delivered when it was sent, and when the last of them came. */
  readonly deliveredBefore: number;
  readonly lastDeliveryMs: number;
  /** The window was in use, so the time that it takes says something about the path. */
  readonly used: boolean;
  begun: boolean;
}

/** What a delivery says. */
export interface DeliveryNews {
  readonly used: boolean;
  /** The first bytes of a request that was sent after the last such moment: one round trip has passed. */
  readonly roundEnded: boolean;
  /** How long nothing had come before it, though something was asked for, milliseconds. */
  readonly silenceMs: number;
}

export class PathModel {
  /** How long the last two requests that began to arrive had taken until then, milliseconds. */
  #waitsMs: readonly number[] = [];
  /** What came in the last whole round trip, bytes/ms. */
  roundBytesPerMs = 0;
  readonly #requests = new Map<number, Request>();
  /** The largest rate of each of the last rounds, bytes/ms, the current one last. */
  #rates: number[] = [0];
  /** Round trips that rise with their time: the first is the smallest of all that still count. */
  #roundTrips: { readonly atMs: number; readonly ms: number }[] = [];
  #outstanding = 0;
  #delivered = 0;
  #lastDeliveryMs = 0;
  #roundStartMs = 0;
  #deliveredAtRoundStart = 0;
  #leastWaitMs = Number.POSITIVE_INFINITY;

  /** The delivery rate that the path has lately shown, bytes/ms. */
  get bytesPerMs(): number {
    return Math.max(...this.#rates);
  }

  /** The smallest round trip of late, milliseconds; 0 before any. */
  get roundTripMs(): number {
    return this.#roundTrips[0]?.ms ?? 0;
  }

  /** How long requests wait in queues now, milliseconds: the lesser of two, so that one that was held up by a busy event loop doesn't count. */
  get queueMs(): number {
    return this.#waitsMs.length === 0 ? 0 : Math.max(0, Math.min(...this.#waitsMs) - this.roundTripMs);
  }

  sent(streamId: number, bytes: number, windowBytes: number, nowMs: number): void {
    if (this.#outstanding === 0) this.#lastDeliveryMs = nowMs;
    this.#outstanding += bytes;
    this.#requests.set(streamId, {
      sentAtMs: nowMs,
      deliveredBefore: this.#delivered,
      lastDeliveryMs: this.#lastDeliveryMs,
      used: this.#outstanding >= windowBytes * USED_SHARE,
      begun: false,
    });
  }

  delivered(streamId: number, bytes: number, nowMs: number): DeliveryNews | undefined {
    const request = this.#requests.get(streamId);
    if (request === undefined) return undefined;
    const silenceMs = nowMs - this.#lastDeliveryMs;
    this.#delivered += bytes;
    this.#outstanding -= bytes;
    this.#lastDeliveryMs = nowMs;
    if (!request.begun) this.#begin(request, nowMs);
    this.#measureRate(request, nowMs);
    const roundEnded = request.sentAtMs >= this.#roundStartMs;
    if (roundEnded) this.#endRound(request.used, nowMs);
    return { used: request.used, roundEnded: roundEnded && request.used, silenceMs };
  }

  ended(streamId: number, missingBytes: number): void {
    if (this.#requests.delete(streamId)) this.#outstanding -= missingBytes;
  }

  roundTrip(ms: number, nowMs: number): void {
    this.#roundTrips = this.#roundTrips.filter((known) => nowMs - known.atMs < ROUND_TRIP_HORIZON_MS && known.ms < ms);
    this.#roundTrips.push({ atMs: nowMs, ms });
  }

  #begin(request: Request, nowMs: number): void {
    request.begun = true;
    const waitMs = nowMs - request.sentAtMs;
    this.#waitsMs = [...this.#waitsMs.slice(-1), waitMs];
    this.#leastWaitMs = Math.min(this.#leastWaitMs, waitMs);
    this.roundTrip(waitMs, nowMs);
  }

  /** Over at least one round trip, so that a burst behind a lost packet doesn't look like a fast path. */
  #measureRate(request: Request, nowMs: number): void {
    const elapsedMs = nowMs - request.lastDeliveryMs;
    if (elapsedMs <= 0) return;
    const rate = (this.#delivered - request.deliveredBefore) / elapsedMs;
    // A consumer that takes less than the path gives can only prove that the path is faster.
    if (request.used || rate > this.bytesPerMs) this.#rates.push(Math.max(this.#rates.pop() ?? 0, rate));
  }

  #endRound(used: boolean, nowMs: number): void {
    const leastWaitMs = this.#leastWaitMs;
    if (nowMs > this.#roundStartMs) this.roundBytesPerMs = (this.#delivered - this.#deliveredAtRoundStart) / (nowMs - this.#roundStartMs);
    this.#deliveredAtRoundStart = this.#delivered;
    this.#roundStartMs = nowMs;
    this.#leastWaitMs = Number.POSITIVE_INFINITY;
    if (!used) return;
    const slower = leastWaitMs !== Number.POSITIVE_INFINITY && leastWaitMs > this.roundTripMs * SLOWER_WAIT_FACTOR + SLOWER_WAIT_MS;
    this.#rates = [...this.#rates.slice(slower ? -1 : 1 - RATE_ROUNDS), 0];
  }
}
