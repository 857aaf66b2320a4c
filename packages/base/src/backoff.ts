const GROWTH = 2;

export interface BackoffPolicy {
  /** Wait after the first failure, milliseconds. */
  readonly firstMs: number;
  /** Longest wait, milliseconds. */
  readonly longestMs: number;
  /** A wait is shortened at random by up to this fraction of it, so that peers which failed together don't retry together. */
  readonly shorter: number;
  /** A wait is lengthened at random by up to this fraction of it. @default 0 */
  readonly longer?: number;
}

/**
 * Exponential backoff with jitter.
 * @returns how long to wait before the next attempt, milliseconds
 * @param failures number of failures in a row, from 1
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
