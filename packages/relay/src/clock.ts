/** The relay's time source; tests pass a fake one. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls `run` once after `ms` milliseconds. @returns a function that cancels the timer */
  after(ms: number, run: () => void): () => void;
}

/** The machine's clock. Its timers don't keep the process alive: the server's socket does that. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
