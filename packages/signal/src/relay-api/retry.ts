import { backoffMs, type BackoffPolicy, sleep } from "@rangecast/base";
import { mayPass } from "./relay-failure.ts";
import { SignalError } from "./signal-error.ts";

/**
 * About 1 s at first (S-2). The longest wait bounds how late a daemon finds a relay that is back; the jitter spreads daemons that lost the relay at the same
 * time.
 */
const RELAY_BACKOFF: BackoffPolicy = { firstMs: 1000, longestMs: 15_000, shorter: 0.25, longer: 0.25 };

export interface RetryOptions {
  readonly signal: AbortSignal | undefined;
  /** Time after which no new attempt starts, by `performance.now()`. @default see {@link patienceEndMs} */
  readonly untilMs?: number;
  /** Which failures are retried. @default all that {@link mayPass} */
  readonly retries?: (error: SignalError) => boolean;
  /** Called with each failure that is retried. */
  readonly onTrouble?: ((error: SignalError) => void) | undefined;
}

/** How long something without a signal is retried, milliseconds: longer than a relay's restart. */
export const PATIENCE_MS = 120_000;

/** When to give up, by `performance.now()`: never with a signal, whose owner decides. */
export function patienceEndMs(signal: AbortSignal | undefined): number {
  return signal === undefined ? performance.now() + PATIENCE_MS : Infinity;
}

/** Retries with backoff until the task succeeds. @throws {SignalError} the first failure that isn't retried; the signal's reason when it aborts */
export async function retry<T>(task: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { signal, untilMs = patienceEndMs(signal), retries = mayPass, onTrouble } = options;
  signal?.throwIfAborted();
  for (let failures = 1; ; failures += 1) {
    let trouble: SignalError;
    try {
      return await task();
    } catch (error) {
      if (!(error instanceof SignalError) || !retries(error)) throw error;
      trouble = error;
    }
    const waitMs = relayBackoffMs(failures, trouble.retryAfterMs);
    if (performance.now() + waitMs > untilMs) throw trouble;
    onTrouble?.(trouble);
    await sleep(waitMs, signal);
  }
}

/**
 * How long to wait before the next request to a relay, milliseconds. The stream's `retry:` field is not used: the protocol fixes the waits (S-2), and a relay
 * that needs longer ones sends `Retry-After`.
 * @param failures number of failures in a row, from 1
 * @param atLeastMs the relay's `Retry-After`
 */
export function relayBackoffMs(failures: number, atLeastMs = 0): number {
  return Math.max(atLeastMs, backoffMs(failures, RELAY_BACKOFF));
}
