interface Sample {
  readonly atMs: number;
  readonly total: number;
}

/** The rate at which a total grows, over the last seconds. */
export class RateMeter {
  readonly #spanMs: number;
  /** Oldest first, including the last sample before the span. */
  #samples: Sample[] = [];

  /** @param spanMs the time over which the rate is measured, milliseconds */
  constructor(spanMs: number) {
    this.#spanMs = spanMs;
  }

  /** Adds the current total. @returns its growth per second; 0 for the first sample, never negative */
  sample(total: number, atMs: number): number {
    this.#samples.push({ atMs, total });
    while ((this.#samples[1]?.atMs ?? Infinity) <= atMs - this.#spanMs) this.#samples.shift();
    const [first] = this.#samples;
    if (first === undefined || atMs <= first.atMs) return 0;
    return Math.max(0, ((total - first.total) * 1000) / (atMs - first.atMs));
  }
}
