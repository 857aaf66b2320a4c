/* When to order: renewals, and attempts after failures. */
import type { AcmeErrorReason } from "./acme-error.ts";

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** A certificate is renewed when this part of its lifetime is left, as CAs recommend. */
const LEFT_AT_RENEWAL = 1 / 3;

/**
 * Pauses after failed attempts in a row, milliseconds; the last one repeats. At most 4 attempts an hour: Let's Encrypt allows 5 failed checks of a name
 * in an hour.
 */
const PAUSES_MS = [2 * MINUTE_MS, 15 * MINUTE_MS, HOUR_MS, 3 * HOUR_MS, 6 * HOUR_MS] as const;
/** The same if the CA's server was not reached: such attempts count nowhere, and the network may come up a moment after this computer. */
const UNREACHED_PAUSES_MS = [15 * SECOND_MS, MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, HOUR_MS] as const;
/** Shortest pause if the CA refuses more requests without saying for how long, milliseconds. */
const RATE_LIMITED_PAUSE_MS: number = HOUR_MS;
/** A pause is lengthened at random by up to this part of it, so that relays that failed together don't return together. */
const JITTER = 0.1;

/** When a certificate is due, by its lifetime alone. Milliseconds since 1970. */
export function renewalTime({ validFrom, validTo }: { readonly validFrom: number; readonly validTo: number }): number {
  return validTo - (validTo - validFrom) * LEFT_AT_RENEWAL;
}

export interface FailedAttempt {
  readonly reason: AcmeErrorReason;
  /** The CA's `Retry-After`, milliseconds since 1970. */
  readonly retryAt: number | undefined;
}

/**
 * When to try again. Milliseconds since 1970.
 * @param failures number of failures in a row, from 1
 * @param random 0 to 1
 */
export function nextAttempt({ reason, retryAt = 0 }: FailedAttempt, failures: number, now: number, random: number): number {
  const pauses = reason === "ca-unreachable" ? UNREACHED_PAUSES_MS : PAUSES_MS;
  const usual = pauses[Math.min(failures, pauses.length) - 1] ?? HOUR_MS;
  const least = reason === "rate-limited" && retryAt <= now ? Math.max(usual, RATE_LIMITED_PAUSE_MS) : usual;
  return Math.max(now + least * (1 + JITTER * random), retryAt);
}
