/** Time as the relay sees it; tests hand in their own. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs `run` once, after `ms`, unless the returned function is called before. */
  after(ms: number, run: () => void): () => void;
}

/** The machine's clock. Its timers never keep a process alive: what serves requests does that. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
