/** How late a wake-up may be because of the resolution of Node's timers, milliseconds. If it is later, the process could not run. */
const GRAIN_MS = 3;

/** A monotonic clock in milliseconds, like `performance.now`. */
export type Clock = () => number;

/**
 * The link's own time. While the emulator's process can't run (on a busy core), real time passes in which the link carries
 * nothing. If the link followed real time, it would then release, or drop, packets in one burst that a wire spreads out. So the link's time
 * stops while its process stalls. The peers see a stall as a delay, never as a loss, and it is counted.
 */
export class LinkClock {
  readonly #real: Clock;
  #stalledMs = 0;

  constructor(real: Clock = () => performance.now()) {
    this.#real = real;
  }

  /** Total time for which the link stalled so far. If this is a noticeable part of a run, the run says little. */
  get stalledMs(): number {
    return this.#stalledMs;
  }

  now(): number {
    return this.#real() - this.#stalledMs;
  }

  /** The current time, for a process that should have woken at `dueMs` (link time) at the latest. */
  wake(dueMs: number): number {
    const late = this.now() - dueMs - GRAIN_MS;
    if (late > 0) this.#stalledMs += late;
    return this.now();
  }
}
