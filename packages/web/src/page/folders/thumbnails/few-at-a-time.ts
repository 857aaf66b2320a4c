/** Runs a job when its turn comes. @throws the signal's reason if it aborts before */
export type RunInTurn = <Result>(job: () => Promise<Result>, signal: AbortSignal) => Promise<Result>;

/** At most `limit` jobs run at once, in the order in which they came. */
export function fewAtATime(limit: number): RunInTurn {
  let running = 0;
  const waiting = new Set<() => void>();
  const turn = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const begin = (): void => {
        waiting.delete(begin);
        signal.removeEventListener("abort", leave);
        running += 1;
        resolve();
      };
      const leave = (): void => {
        waiting.delete(begin);
        reject(signal.reason as Error);
      };
      if (running < limit) return begin();
      waiting.add(begin);
      signal.addEventListener("abort", leave, { once: true });
    });
  return async (job, signal) => {
    signal.throwIfAborted();
    await turn(signal);
    try {
      return await job();
    } finally {
      running -= 1;
      const [next] = waiting;
      next?.();
    }
  };
}
