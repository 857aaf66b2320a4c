import { startTimer } from "@rangecast/base";

/** Longest wait between two looks at the clock, milliseconds: timers don't run while a machine sleeps, and its clock may be set. */
const LOOK_MS = 30_000;

/** Calls back once, when a time has come. @param atMs milliseconds since 1970 @returns a function that stops the watch */
export function watchExpiry(atMs: number, onExpired: () => void): () => void {
  let stop = (): void => undefined;
  const look = (): void => {
    const leftMs = atMs - Date.now();
    if (leftMs <= 0) onExpired();
    else stop = startTimer(Math.min(leftMs, LOOK_MS), look);
  };
  stop = startTimer(Math.max(0, Math.min(atMs - Date.now(), LOOK_MS)), look);
  return () => stop();
}
