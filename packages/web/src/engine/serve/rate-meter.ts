/** The rate is that of the last so many milliseconds: long enough to be read, short enough to be true. */
const WINDOW_MS = 4_000;

/** Measures a rate from running totals. */
export class RateMeter {
  /** Oldest first; the first may lie before the window. */
  #samples: { readonly atMs: number; readonly total: number }[] = [];

  /** @returns the rate, bytes a second */
  add(total: number, atMs: number): number {
    this.#samples.push({ atMs, total });
    while ((this.#samples[1]?.atMs ?? Infinity) <= atMs - WINDOW_MS) this.#samples.shift();
    const [first] = this.#samples;
    if (!first || atMs <= first.atMs) return 0;
    return ((total - first.total) * 1000) / (atMs - first.atMs);
  }
}
