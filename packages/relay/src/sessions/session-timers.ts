import type { Clock } from "../clock.ts";

/** One timer for each session that this instance manages. */
export class SessionTimers {
  readonly #clock: Clock;
  readonly #onTrouble: (error: unknown) => void;
  readonly #timers = new Map<string, () => void>();

  constructor(clock: Clock, onTrouble: (error: unknown) => void) {
    this.#clock = clock;
    this.#onTrouble = onTrouble;
  }

  /** Calls `run` after `ms` milliseconds; replaces the session's earlier timer. */
  after(sessionId: string, ms: number, run: () => Promise<void>): void {
    this.#timers.get(sessionId)?.();
    const stop = this.#clock.after(ms, () => {
      this.#timers.delete(sessionId);
      run().catch(this.#onTrouble);
    });
    this.#timers.set(sessionId, stop);
  }

  close(): void {
    for (const stop of this.#timers.values()) {
      stop();
    }
    this.#timers.clear();
  }
}
