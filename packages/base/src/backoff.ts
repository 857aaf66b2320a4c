const GROWTH = 2;

export interface BackoffPolicy {
  /** Wait after the first failure, milliseconds. */
  readonly firstMs: number;
  /** Longest wait, milliseconds. */
  readonly longestMs: number;
  /** A wait is shortened by up to this share of it, at random, so that peers which failed together don't retry together. */
  readonly shorter: number;
  /** A wait is lengthened by up to this share of it, at random. @default 0 */
  readonly longer?: number;
}

/**
 * Exponential backoff with jitter: how long to wait before the next attempt, milliseconds.
 * @param failures how many there were in a row, from 1
 * @param random 0 to 1
 */
export function backoffMs(
  failures: number,
  { firstMs, longestMs, shorter, longer = 0 }: BackoffPolicy,
  random: number = Math.random(),
): number {
  const full = Math.min(longestMs, firstMs * GROWTH ** (failures - 1));
  return full * (1 - shorter + (shorter + longer) * random);
}
