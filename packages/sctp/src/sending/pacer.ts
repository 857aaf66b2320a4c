/**
 * A packet that waited only for its time may be this late and still catch up, ms. Timers of programs have a resolution of a millisecond, and fire later
 * on a busy machine. Without that, each delay would lower the rate, and then the estimate of the bandwidth that follows from it.
 */
const CATCH_UP_MS = 8;
/** The most that is sent at once to catch up, bytes: about what fits into a small buffer of a router, or of the receiver's socket. */
const MAX_CATCH_UP_BYTES = 65_536;

/** Spreads packets over time. */
export class Pacer {
  /** When the next packet may leave, ms. */
  atMs = 0;
  /** Whether a packet waits for nothing but its time. */
  waits = false;

  /**
   * Bytes were sent.
   * @param rate bytes per ms
   * @param burstBytes bytes that may be sent at once
   * @returns whether the sender was too late to catch up: it is slower than the rate, and what arrives says nothing about the path
   */
  onSent(nowMs: number, bytes: number, rate: number, burstBytes: number): boolean {
    if (rate === Number.POSITIVE_INFINITY) return false;
    const burstMs = burstBytes / rate;
    const creditMs = this.waits ? Math.max(burstMs, Math.min(CATCH_UP_MS, MAX_CATCH_UP_BYTES / rate)) : burstMs;
    const tooLate = this.waits && this.atMs < nowMs - creditMs;
    this.atMs = Math.max(this.atMs, nowMs - creditMs) + bytes / rate;
    return tooLate;
  }
}
