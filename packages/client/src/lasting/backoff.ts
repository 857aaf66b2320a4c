/** First wait after a failure, milliseconds: a lost packet or a relay's restart is over by then. */
const FIRST_MS = 1000;
/** Longest wait between two attempts, milliseconds: who comes back is found within half a minute. */
export const LONGEST_WAIT_MS = 30_000;
const GROWTH = 2;
/** Each wait is shortened by up to this share at random, so that the viewers of a host that was restarted don't come all at once. */
const SPREAD = 0.3;

/**
 * How long to wait before the next attempt, milliseconds.
 * @param failures how many there were in a row, from 1
 * @param atLeastMs what the relay asked for
 */
export function backoffMs(
  failures: number,
  { atLeastMs = 0, random = Math.random }: { atLeastMs?: number; random?: () => number } = {},
): number {
  const full = Math.min(LONGEST_WAIT_MS, FIRST_MS * GROWTH ** (failures - 1));
  return Math.round(Math.min(LONGEST_WAIT_MS, Math.max(atLeastMs, full * (1 - SPREAD * random()))));
}
