/** Progress is told so often, milliseconds. */
export const PROGRESS_INTERVAL_MS = 1000;

/** A rate is taken over so many measurements: about three seconds, so that it neither jumps nor lags. */
const MEASUREMENTS = 4;

/** The rate at which a growing count grows. */
export class RateMeter {
  readonly #now: () => number;
  #measured: { readonly atMs: number; readonly bytes: number }[] = [];

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Takes the count as it is now. @returns bytes a second over the last few measurements; 0 at the first */
  at(bytes: number): number {
    this.#measured = [...this.#measured, { atMs: this.#now(), bytes }].slice(-MEASUREMENTS);
    const [first] = this.#measured;
    const last = this.#measured.at(-1);
    if (first === undefined || last === undefined || last.atMs <= first.atMs) return 0;
    return Math.max(0, ((last.bytes - first.bytes) * 1000) / (last.atMs - first.atMs));
  }
}
