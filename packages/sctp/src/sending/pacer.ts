/**
 * A packet that waited only for its time may be this late and still catch up, ms. Timers of programs have a resolution of a millisecond, and fire later
 * on a busy machine. Without that, each delay would lower the rate, and then the estimate of the bandwidth that follows from it.
 */
const CATCH_UP_MS = 8;
/** The most that is sent at once to catch up, bytes: about what fits into a small buffer of a router, or of the receiver's socket. */
const MAX_CATCH_UP_BYTES = 65_536;

/** Share of a round trip that, if it can't be caught up, shows a sender slower than its rate. */
const MUCH_LOST = 0.25;

/** Spreads packets over time. */
export class Pacer {
  /** When the next packet may leave, ms. */
  atMs = 0;
  /** Whether a packet waits for nothing but its time. */
  waits = false;

  /** Time that could not be caught up since {@link #sinceMs}, ms. */
  #lostMs = 0;
  #sinceMs = 0;

  /**
   * Bytes were sent.
   * @param rate bytes per ms
   * @param burstBytes bytes that may be sent at once
   * @param rttMs round trip; NaN if it is not known
   * @returns whether much time of the last round trip could not be caught up: the sender is slower than the rate, and what arrives says little about the path
   */
  onSent(nowMs: number, bytes: number, rate: number, burstBytes: number, rttMs: number): boolean {
    if (rate === Number.POSITIVE_INFINITY) return false;
    const burstMs = burstBytes / rate;
    const creditMs = this.waits ? Math.max(burstMs, Math.min(CATCH_UP_MS, MAX_CATCH_UP_BYTES / rate)) : burstMs;
    const lostMs = Math.max(0, nowMs - creditMs - this.atMs);
    this.atMs += lostMs + bytes / rate;
    return this.#isTooSlow(nowMs, this.waits ? lostMs : 0, rttMs);
  }

  #isTooSlow(nowMs: number, lostMs: number, rttMs: number): boolean {
    const spanMs = Number.isNaN(rttMs) ? CATCH_UP_MS : Math.max(CATCH_UP_MS, rttMs);
    if (nowMs - this.#sinceMs > spanMs) {
      this.#sinceMs = nowMs;
      this.#lostMs = 0;
    }
    this.#lostMs += lostMs;
    return this.#lostMs > MUCH_LOST * spanMs;
  }
}
