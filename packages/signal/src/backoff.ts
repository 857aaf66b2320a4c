/** First wait after a failure, milliseconds (protocol 1.1: about 1 s). */
const FIRST_WAIT_MS = 1000;
/** Longest wait between two tries, milliseconds: a relay that comes back finds its daemons within it, spread out by the jitter. */
const MAX_WAIT_MS = 15_000;
const GROWTH = 2;
/** Each wait is up to a quarter longer or shorter, so that those who lost a relay together don't come back together. */
const JITTER = 0.25;

/**
 * How long to wait before trying again, milliseconds. The stream's `retry:` field is not heeded: the protocol fixes the waits (1.1), and a
 * relay that wants more says so with `Retry-After`.
 * @param failures how many there were in a row, from 1
 * @param atLeastMs what the relay asked for
 */
export function backoffMs(failures: number, atLeastMs = 0): number {
  const wait = Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * GROWTH ** (failures - 1));
  return Math.max(atLeastMs, wait * (1 - JITTER + 2 * JITTER * Math.random()));
}
