import { backoffMs, type BackoffPolicy } from "@rangecast/base";

/** Longest wait between two attempts, milliseconds: a host that comes back is found within half a minute. */
export const LONGEST_WAIT_MS = 30_000;
/** A lost packet, or a relay's restart, is over after the first wait. The random part spreads out the viewers of a host that was restarted. */
const ATTEMPTS: BackoffPolicy = { firstMs: 1000, longestMs: LONGEST_WAIT_MS, shorter: 0.3 };

/**
 * How long to wait before the next attempt, milliseconds.
 * @param failures failed attempts in a row, from 1
 * @param atLeastMs the relay's `Retry-After`; it counts up to {@link LONGEST_WAIT_MS}
 */
export function attemptBackoffMs(
  failures: number,
  { atLeastMs = 0, random = Math.random() }: { readonly atLeastMs?: number; readonly random?: number } = {},
): number {
  return Math.round(Math.min(LONGEST_WAIT_MS, Math.max(atLeastMs, backoffMs(failures, ATTEMPTS, 1 - random))));
}
