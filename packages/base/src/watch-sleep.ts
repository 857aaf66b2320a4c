/** Interval at which the clock is checked, milliseconds. */
export const CHECK_MS = 2000;

/** Delay of a check from which on the machine must have slept, or the tab was frozen, milliseconds. A busy page is delayed by less. */
export const SLEPT_MS = 5000;

/**
 * Detects that the machine slept, by a jump of the wall clock. Monotonic clocks may stop during sleep.
 * @returns a function that stops the checks
 */
export function watchSleep(onWoke: () => void): () => void {
  let seenMs = Date.now();
  const timer = setInterval(() => {
    const nowMs = Date.now();
    const lateMs = nowMs - seenMs - CHECK_MS;
    seenMs = nowMs;
    if (lateMs >= SLEPT_MS) onWoke();
  }, CHECK_MS);
  return () => clearInterval(timer);
}
