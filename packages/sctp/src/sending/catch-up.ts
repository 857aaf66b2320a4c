/** What is sent at once at first to catch up, bytes: about what fits into a small buffer of a router, or of the receiver's socket. */
const FIRST_BYTES = 65_536;
const LEAST_BYTES = 16_384;
const MOST_BYTES = 1024 * 1024;
/** Longest delay that is caught up, ms. */
const MOST_MS = 100;
/** Share of a burst whose loss shows that it was too large: more than a path loses by chance. */
const TOO_MUCH_LOST = 0.1;
/** How much the limit grows after a full burst that arrived: until one was lost in part, and from then on. */
const FIRST_GROWTH = 1.5;
const GROWTH = 1.1;
const SHRINKING = 0.7;

/**
 * How much a sender that was late may send at once. A burst is lost where a buffer is smaller than it: at a router, or at the receiver's socket if that program is
 * late as well. What they hold is learnt: more after a full burst that arrived, less after one that was lost in part.
 */
export class CatchUp {
  /** Most that is sent at once, bytes. */
  limitBytes: number = FIRST_BYTES;
  /** Size of the last burst, and what was found lost since, bytes: most of it is the burst's, as it is the last packets of a burst that don't fit. */
  #burstBytes = 0;
  #lostBytes = 0;
  #growth = FIRST_GROWTH;

  /**
   * The sender is late, and begins a burst.
   * @param rate bytes per ms
   * @returns bytes that may be sent at once
   */
  begin(lateMs: number, rate: number): number {
    if (this.#burstBytes > 0) this.#judge();
    this.#lostBytes = 0;
    this.#burstBytes = Math.min(this.limitBytes, rate * Math.min(lateMs, MOST_MS));
    return this.#burstBytes;
  }

  onLost(bytes: number): void {
    this.#lostBytes += bytes;
  }

  #judge(): void {
    if (this.#lostBytes > TOO_MUCH_LOST * this.#burstBytes) {
      this.limitBytes = Math.max(LEAST_BYTES, SHRINKING * Math.min(this.limitBytes, this.#burstBytes));
      this.#growth = GROWTH;
    } else if (this.#burstBytes === this.limitBytes) this.limitBytes = Math.min(MOST_BYTES, this.#growth * this.limitBytes);
  }
}
