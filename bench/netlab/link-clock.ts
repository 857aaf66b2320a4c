/** How late a wake-up may be and still be the grain of Node's timers. Milliseconds; above it the process was kept from running. */
const GRAIN_MS = 3;

/** A clock in milliseconds that does not go back, as `performance.now`. */
export type Clock = () => number;

/**
 * The link's own time. When the emulator's process is kept from running (a busy core), real time passes in which the link could not
 * carry anything; going on by real time would then release, or drop, in one burst what a wire spreads out. So the link's time stands
 * still while its process stalls: the stall is seen as a delay, never as a loss, and is counted.
 */
export class LinkClock {
  readonly #real: Clock;
  #stalledMs = 0;

  constructor(real: Clock = () => performance.now()) {
    this.#real = real;
  }

  /** Time for which the link stood still so far. A run in which this is a noticeable part says little. */
  get stalledMs(): number {
    return this.#stalledMs;
  }

  now(): number {
    return this.#real() - this.#stalledMs;
  }

  /** The time now, for a process that meant to wake at `dueMs` (its own time) at the latest. */
  wake(dueMs: number): number {
    const late = this.now() - dueMs - GRAIN_MS;
    if (late > 0) this.#stalledMs += late;
    return this.now();
  }
}
