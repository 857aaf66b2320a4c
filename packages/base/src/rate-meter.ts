interface Sample {
  readonly atMs: number;
  readonly total: number;
}

/** The rate at which a total grows, over the last seconds. */
export class RateMeter {
  readonly #spanMs: number;
  /** Oldest first. One sample from before the span is kept: it is where the span begins. */
  #samples: Sample[] = [];

  /** @param spanMs how far back the rate looks, milliseconds: long enough to be read, short enough to follow the path */
  constructor(spanMs: number) {
    this.#spanMs = spanMs;
  }

  /** Takes the total as it is now. @returns its growth, a second; 0 for the first sample, and never negative */
  sample(total: number, atMs: number): number {
    this.#samples.push({ atMs, total });
    while ((this.#samples[1]?.atMs ?? Infinity) <= atMs - this.#spanMs) this.#samples.shift();
    const [first] = this.#samples;
    if (first === undefined || atMs <= first.atMs) return 0;
    return Math.max(0, ((total - first.total) * 1000) / (atMs - first.atMs));
  }
}
