/** Rate in bytes per ms from a time on, ms. */
export interface RateStep {
  fromMs: number;
  rate: number;
}

/** A server with a rate and a first-in-first-out queue of limited bytes that drops what doesn't fit (drop tail). Its rate may change by a schedule. */
export class DropTailQueue {
  readonly #steps: readonly RateStep[];
  readonly #limitBytes: number;
  readonly #departures: number[] = [];
  readonly #sizes: number[] = [];
  #head = 0;
  #queuedBytes = 0;
  #freeAtMs = 0;

  /** @param rate bytes per ms, or a schedule in order of time @param limitBytes most bytes that wait, that being served included */
  constructor(rate: number | readonly RateStep[], limitBytes: number) {
    this.#steps = typeof rate === "number" ? [{ fromMs: 0, rate }] : rate;
    this.#limitBytes = limitBytes;
  }

  /** Bytes that wait at this time. */
  queuedBytes(nowMs: number): number {
    this.#leave(nowMs);
    return this.#queuedBytes;
  }

  /** Takes a packet. Returns when it leaves, ms, or NaN if it doesn't fit. Times must not decrease. */
  push(nowMs: number, bytes: number): number {
    this.#leave(nowMs);
    if (this.#queuedBytes > 0 && this.#queuedBytes + bytes > this.#limitBytes) return NaN;
    this.#freeAtMs = this.#serve(Math.max(nowMs, this.#freeAtMs), bytes);
    this.#departures.push(this.#freeAtMs);
    this.#sizes.push(bytes);
    this.#queuedBytes += bytes;
    return this.#freeAtMs;
  }

  #leave(nowMs: number): void {
    while (this.#head < this.#departures.length && (this.#departures[this.#head] ?? 0) <= nowMs) {
      this.#queuedBytes -= this.#sizes[this.#head] ?? 0;
      this.#head++;
    }
    if (this.#head < 4096 || this.#head * 2 < this.#departures.length) return;
    this.#departures.splice(0, this.#head);
    this.#sizes.splice(0, this.#head);
    this.#head = 0;
  }

  /** When a packet whose service begins at `startMs` is served. */
  #serve(startMs: number, bytes: number): number {
    let at = startMs;
    let left = bytes;
    for (let index = 0; index < this.#steps.length; index++) {
      const endMs = this.#steps[index + 1]?.fromMs ?? Infinity;
      if (endMs <= at) continue;
      const rate = this.#steps[index]?.rate ?? 0;
      if (at + left / rate <= endMs) return at + left / rate;
      left -= (endMs - at) * rate;
      at = endMs;
    }
    return Infinity;
  }
}
