/** First wait after a failure, milliseconds: a lost packet or a relay's restart is over by then. */
const FIRST_MS = 1_000;
/** Longest wait between two attempts, milliseconds: who comes back is found within half a minute. */
const LONGEST_MS = 30_000;
/** Each wait is shortened by up to this share at random, so that the viewers of a host that was restarted don't come all at once. */
const SPREAD = 0.3;

/** How long to wait before attempt `failures + 1`, milliseconds. */
export function backoffMs(failures: number, random: () => number = Math.random): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1));
  return Math.round(full * (1 - SPREAD * random()));
}
