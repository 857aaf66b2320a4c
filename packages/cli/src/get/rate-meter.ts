/** How long back the rate looks, milliseconds: long enough to be read, short enough to follow the path. */
const SPAN_MS = 8000;

interface Sample {
  readonly atMs: number;
  readonly bytes: number;
}

/** Tells the rate of something that grows, by looking at it now and then. */
export class RateMeter {
  readonly #samples: Sample[];

  /** @param bytes as it is at first */
  constructor(bytes: number, nowMs: number) {
    this.#samples = [{ bytes, atMs: nowMs }];
  }

  /** Takes a look. @returns bytes a second over the last seconds */
  sample(bytes: number, nowMs: number): number {
    this.#samples.push({ bytes, atMs: nowMs });
    // One sample from before the span stays: its far end.
    while (this.#samples.length > 2 && nowMs - (this.#samples[1]?.atMs ?? 0) >= SPAN_MS) this.#samples.shift();
    const oldest = this.#samples[0];
    if (oldest === undefined || nowMs <= oldest.atMs) return 0;
    return ((bytes - oldest.bytes) / (nowMs - oldest.atMs)) * 1000;
  }
}
