/** A policer: drops what exceeds a rate and a burst, and delays nothing. */
export class TokenBucket {
  readonly #rate: number;
  readonly #burstBytes: number;
  #tokens: number;
  #atMs = 0;

  /** @param rate bytes per ms */
  constructor(rate: number, burstBytes: number) {
    this.#rate = rate;
    this.#burstBytes = burstBytes;
    this.#tokens = burstBytes;
  }

  /** Whether the packet passes. */
  take(nowMs: number, bytes: number): boolean {
    this.#tokens = Math.min(this.#burstBytes, this.#tokens + (nowMs - this.#atMs) * this.#rate);
    this.#atMs = nowMs;
    if (this.#tokens < bytes) return false;
    this.#tokens -= bytes;
    return true;
  }
}
