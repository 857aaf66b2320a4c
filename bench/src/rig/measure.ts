import { loadavg } from "node:os";

import { counts, type DropRule } from "./drop-rule.ts";
import type { Outcome } from "./on-link.ts";

/** A run that doesn't count, because sockets overflowed ({@link DropRule}), is repeated. Most tries in total. */
const MAX_TRIES = 3;

/** Time for repeats in one benchmark, milliseconds: with them it still takes about ten minutes, or a few if quick. */
const REPEATS_MS = 60_000;
const QUICK_REPEATS_MS = 10_000;

/** A stall of the link longer than this in one run is reported, milliseconds: two round trips. */
const STALL_TO_TELL_MS = 100;

export interface Measured<T> extends Outcome<T> {
  /** False if no run counted, and this is the one with the fewest drops. */
  readonly counts: boolean;
}

/** Repeats runs that don't count, while there is time, and prints each result on stderr. */
export class Measurer {
  readonly #signal: AbortSignal;
  #repeatMsLeft: number;
  #mostStalledMs = 0;

  /** @param signal aborts when the benchmark is being stopped: a failure is then passed on, and nothing is repeated */
  constructor(quick: boolean, signal: AbortSignal) {
    this.#signal = signal;
    this.#repeatMsLeft = quick ? QUICK_REPEATS_MS : REPEATS_MS;
  }

  /** Notes about the machine, one sentence each. */
  get notes(): string[] {
    if (this.#mostStalledMs < STALL_TO_TELL_MS) return [];
    return [
      `The machine was busy: in one run the link stalled for ${this.#mostStalledMs.toFixed(0)} ms. On an idle machine all figures would be better.`,
    ];
  }

  /**
   * @param describe formats a value for stderr
   * @returns the first run that counts, otherwise the one with the fewest drops; undefined if all failed
   */
  async measure<T>(
    label: string,
    run: () => Promise<Outcome<T>>,
    describe: (value: T) => string,
    rule: DropRule = "clean",
  ): Promise<Measured<T> | undefined> {
    let best: Measured<T> | undefined;
    for (let tries = 1; tries <= MAX_TRIES; tries++) {
      const start = performance.now();
      try {
        const outcome = await run();
        const { drops, stalledMs } = outcome;
        this.#mostStalledMs = Math.max(this.#mostStalledMs, stalledMs);
        const trouble = `${drops > 0 ? `, ${drops} dropped by sockets` : ""}${stalledMs >= 1 ? `, link stalled ${stalledMs.toFixed(0)} ms` : ""}`;
        console.error(`${label}: ${describe(outcome.value)}${trouble} (load ${loadavg()[0]?.toFixed(1)})`);
        if (counts(outcome, rule)) return { ...outcome, counts: true };
        if (best === undefined || drops < best.drops) best = { ...outcome, counts: false };
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
