/** Weight of a sample in the smoothed round trip (RFC 6298, 2.3; RTO.Alpha of RFC 9260, 16). */
const ALPHA = 1 / 8;
/** Weight of a sample in its variation (RTO.Beta). */
const BETA = 1 / 4;
/** How many variations the time-out is above the smoothed round trip (RFC 6298, 2.2). */
const K = 4;

export interface RtoOptions {
  /** Before the first sample, ms (RTO.Initial). @default 1000 */
  initialMs?: number;
  /** Least, ms (RTO.Min). RFC 9260 recommends 1000, for receivers that delay SACKs; with tail probes a false time-out is rare. @default 200 */
  minMs?: number;
  /** Most, ms (RTO.Max). @default 60000 */
  maxMs?: number;
}

/** The retransmission time-out of RFC 9260, 6.3: RFC 6298 with bounds. */
export class Rto {
  /** Smoothed round trip, ms; NaN before the first sample. */
  srttMs: number = NaN;
  /** Variation of the round trip, ms. */
  rttVarMs = 0;
  readonly #minMs: number;
  readonly #maxMs: number;
  #baseMs: number;
  #valueMs: number;

  constructor(options: RtoOptions = {}) {
    this.#minMs = options.minMs ?? 200;
    this.#maxMs = options.maxMs ?? 60_000;
    this.#baseMs = this.#valueMs = options.initialMs ?? 1000;
  }

  /** The time-out for the next timer, ms, back-off included. */
  get valueMs(): number {
    return this.#valueMs;
  }

  /** The time-out without back-off, ms. */
  get baseMs(): number {
    return this.#baseMs;
  }

  /** Takes the round trip of a chunk that was sent once (Karn's rule is the caller's). It ends a back-off. NaN and negative numbers are ignored. */
  sample(rttMs: number): void {
    if (!(rttMs >= 0)) return;
    if (Number.isNaN(this.srttMs)) {
      this.srttMs = rttMs;
      this.rttVarMs = rttMs / 2;
    } else {
      this.rttVarMs += BETA * (Math.abs(this.srttMs - rttMs) - this.rttVarMs);
      this.srttMs += ALPHA * (rttMs - this.srttMs);
    }
    this.#baseMs = this.#valueMs = Math.min(this.#maxMs, Math.max(this.#minMs, this.srttMs + K * this.rttVarMs));
  }

  /** The timer expired: the next is twice as long (RFC 9260, 6.3.3, rule E2). */
  backOff(): void {
    this.#valueMs = Math.min(this.#maxMs, this.#valueMs * 2);
  }

  /** The time-out was false: its back-off is undone. */
  undoBackOff(): void {
    this.#valueMs = this.#baseMs;
  }
}
