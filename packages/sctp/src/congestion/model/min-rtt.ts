/** How long a minimum round trip holds, ms (draft-ietf-ccwg-bbr, "MinRTTFilterLen"). */
const FILTER_MS = 10_000;
/** How long without a round trip near the minimum before the queue is emptied to measure it, ms ("ProbeRTTInterval"). */
const PROBE_INTERVAL_MS = 5_000;
/** On very slow paths a round trip takes seconds: neither time is shorter than so many rounds. */
const MIN_ROUNDS = 20;
/** A round trip so near the minimum confirms it: no probe is needed. */
const CONFIRMS = 1.1;

/** Windowed minimum of the round trip, and when to measure it afresh (draft-ietf-ccwg-bbr, "BBRUpdateMinRTT"). */
export class MinRtt {
  /** Minimum, ms; Infinity before the first sample. */
  valueMs: number = Infinity;
  #atMs = 0;
  #atRound = 0;
  #recentMs = Infinity;
  #recentAtMs = 0;
  #recentAtRound = 0;

  /** Takes a round trip in ms. Returns whether no recent one was near the minimum, so that it should be measured with an empty queue. */
  update(rttMs: number, nowMs: number, round: number): boolean {
    const probe = nowMs > this.#recentAtMs + PROBE_INTERVAL_MS && round > this.#recentAtRound + MIN_ROUNDS;
    if (rttMs <= this.#recentMs * CONFIRMS || probe) {
      if (rttMs < this.#recentMs || probe) this.#recentMs = rttMs;
      this.#recentAtMs = nowMs;
      this.#recentAtRound = round;
    }
    const expired = nowMs > this.#atMs + FILTER_MS && round > this.#atRound + 2 * MIN_ROUNDS;
    if (this.#recentMs <= this.valueMs * CONFIRMS || expired) {
      if (this.#recentMs < this.valueMs || expired) this.valueMs = this.#recentMs;
      this.#atMs = this.#recentAtMs;
      this.#atRound = this.#recentAtRound;
    }
    return probe;
  }

  /** The probe is over: what it measured is good for another interval. */
  endProbe(nowMs: number, round: number): void {
    this.#recentAtMs = nowMs;
    this.#recentAtRound = round;
  }
}
