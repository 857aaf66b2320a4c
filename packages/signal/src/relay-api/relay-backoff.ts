import { backoffMs, type BackoffPolicy } from "@rangecast/base";

/** About 1 s at first (S-2). The longest wait is how late a daemon may find a relay that came back; the jitter keeps daemons that lost it together apart. */
const RELAY_BACKOFF: BackoffPolicy = { firstMs: 1000, longestMs: 15_000, shorter: 0.25, longer: 0.25 };

/**
 * How long to wait before a relay is asked again, milliseconds. The stream's `retry:` field is not used: the protocol fixes the waits (S-2), and a relay
 * that wants longer ones sends `Retry-After`.
 * @param failures how many there were in a row, from 1
 * @param atLeastMs what the relay asked for
 */
export function relayBackoffMs(failures: number, atLeastMs = 0): number {
  return Math.max(atLeastMs, backoffMs(failures, RELAY_BACKOFF));
}
