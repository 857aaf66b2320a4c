/** How often the clock is looked at, milliseconds. */
export const LOOK_MS = 2000;

/** A look that comes so much later than it should, milliseconds, and the machine slept, or the tab was frozen. A busy page is late by less. */
export const SLEPT_MS = 5000;

/**
 * Notices that the machine slept. A timer alone can't tell, for some clocks stand still meanwhile: the wall clock jumps.
 * @returns what stops the watch
 */
export function watchSleep(onWoke: () => void): () => void {
  let seenMs = Date.now();
  const timer = setInterval(() => {
    const nowMs = Date.now();
    const lateMs = nowMs - seenMs - LOOK_MS;
    seenMs = nowMs;
    if (lateMs >= SLEPT_MS) onWoke();
  }, LOOK_MS);
  return () => clearInterval(timer);
}
