import { loadavg } from "node:os";

import type { Outcome } from "./rig.ts";

/** A run in which a socket overflowed doesn't count, and is repeated, as often as this in all. */
const MAX_TRIES = 3;

/** What repeats may cost in one benchmark, milliseconds: with them it still ends in four minutes, or in one. */
const REPEATS_MS = 40_000;
const QUICK_REPEATS_MS = 10_000;

/** A link that stood still for longer than this in one run was not the link that it should have been, milliseconds: two round trips. */
const STALL_TO_TELL_MS = 100;

/** Repeats runs that don't count, while there is time, and says on stderr how each went. */
export class Measurer {
  readonly #signal: AbortSignal;
  #repeatMsLeft: number;
  #mostStalledMs = 0;

  /** @param signal the benchmark is being stopped: a failure is then passed on, and nothing repeated */
  constructor(quick: boolean, signal: AbortSignal) {
    this.#signal = signal;
    this.#repeatMsLeft = quick ? QUICK_REPEATS_MS : REPEATS_MS;
  }

  /** What a reader must know of the machine, a sentence each. */
  get notes(): string[] {
    if (this.#mostStalledMs < STALL_TO_TELL_MS) return [];
    return [
      `The machine was busy: in one run the link stood still for ${this.#mostStalledMs.toFixed(0)} ms. Read all figures as worse than they are.`,
    ];
  }

  /**
   * @param describe what to say of a value
   * @returns the first clean run; else the one with the fewest drops; undefined when all failed
   */
  async measure<T>(label: string, run: () => Promise<Outcome<T>>, describe: (value: T) => string): Promise<Outcome<T> | undefined> {
    let best: Outcome<T> | undefined;
    for (let tries = 1; tries <= MAX_TRIES; tries++) {
      const start = performance.now();
      try {
        const outcome = await run();
        const { drops, stalledMs } = outcome;
        this.#mostStalledMs = Math.max(this.#mostStalledMs, stalledMs);
        const trouble = `${drops > 0 ? `, ${drops} dropped by sockets` : ""}${stalledMs >= 1 ? `, link stalled ${stalledMs.toFixed(0)} ms` : ""}`;
        console.error(`${label}: ${describe(outcome.value)}${trouble} (load ${loadavg()[0]?.toFixed(1)})`);
        if (drops === 0) return outcome;
        if (best === undefined || drops < best.drops) best = outcome;
      } catch (error) {
        if (this.#signal.aborted) throw error;
        console.error(`${label}: failed, ${String(error)}`);
      }
      const tookMs = performance.now() - start;
      if (tookMs > this.#repeatMsLeft) break;
      if (tries < MAX_TRIES) this.#repeatMsLeft -= tookMs;
    }
    return best;
  }
}
