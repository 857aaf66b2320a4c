/** BBR's filter of rates. */
const RATE_ROUNDS = 10;
/** How long the smallest round trip is kept, milliseconds (BBR's filter): the path may change. */
const ROUND_TRIP_HORIZON_MS = 10_000;
/** If less than this share of the window was outstanding when a request was sent, the consumer limited the rate, not the window. */
const USED_SHARE = 0.7;
/** If all requests of a round took longer than the round trip by this factor and time, the path has become slower than the rates that were kept. */
const SLOWER_WAIT_FACTOR = 2;
const SLOWER_WAIT_MS = 20;

interface Request {
  readonly sentAtMs: number;
  /** Bytes delivered when it was sent, and when the last of them arrived. */
  readonly deliveredBefore: number;
  readonly lastDeliveryMs: number;
  /** The window was in use, so that its timing measures the path. */
  readonly used: boolean;
  begun: boolean;
}

/** What a delivery shows. */
export interface Delivery {
  readonly used: boolean;
  /** These are the first bytes of a request that was sent after the last round ended: one round trip has passed. */
  readonly roundEnded: boolean;
  /** How long nothing had arrived although something was requested, milliseconds. */
  readonly silenceMs: number;
}

/** Estimates a path's delivery rate and round trip from the times of requests and deliveries. It reads no clock: the caller passes the time. */
export class PathModel {
  /** Times to the first byte of the last two requests that began to arrive, milliseconds. */
  #waitsMs: readonly number[] = [];
  /** Delivery rate in the last complete round trip, bytes/ms. */
  roundBytesPerMs = 0;
  readonly #rateRounds: number;
  readonly #requests = new Map<number, Request>();
  /** The largest rate of each of the last rounds, bytes/ms. The current round is last. */
  #rates: number[] = [0];
  /** Round trips in increasing order of time and length: the first is the smallest that still counts. */
  #roundTrips: { readonly atMs: number; readonly ms: number }[] = [];
  #outstanding = 0;
  #delivered = 0;
  #lastDeliveryMs = 0;
  #roundStartMs = 0;
  #deliveredAtRoundStart = 0;
  #leastWaitMs = Number.POSITIVE_INFINITY;

  /** @param rateRounds number of round trips over which the largest rate is kept */
  constructor(rateRounds: number = RATE_ROUNDS) {
    this.#rateRounds = rateRounds;
  }

  /** The largest recent delivery rate, bytes/ms. */
  get bytesPerMs(): number {
    return Math.max(...this.#rates);
  }

  /** The smallest recent round trip, milliseconds; 0 before the first. */
  get roundTripMs(): number {
    return this.#roundTrips[0]?.ms ?? 0;
  }

  /** How long requests are queued now, milliseconds: the smaller of two, so that one delayed by a busy event loop doesn't count. */
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

  delivered(streamId: number, bytes: number, nowMs: number): Delivery | undefined {
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

  /** Measures over at least one round trip, so that a burst after a retransmission doesn't look like a fast path. */
  #measureRate(request: Request, nowMs: number): void {
    const elapsedMs = nowMs - request.lastDeliveryMs;
    if (elapsedMs <= 0) return;
    const rate = (this.#delivered - request.deliveredBefore) / elapsedMs;
    // If the consumer limits the rate, the measurement can only show that the path is faster.
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
    this.#rates = [...this.#rates.slice(slower ? -1 : 1 - this.#rateRounds), 0];
  }
}
