/* What a relay's refusal means, as a clause for people. Programs read `reason`, `status` and `detail` of a SignalError. */
import type { SignalErrorReason } from "./signal-error.ts";

/** For the `error` codes of a rangecast relay (REFUSAL_STATUS there) that are more precise than the HTTP status. */
const BY_DETAIL: ReadonlyMap<string, string> = new Map([
  ["bad-request", "the relay does not understand the request"],
  ["malformed", "the relay does not understand the registration"],
  ["wrong-origin", "the relay is configured for another address than the one that was given"],
  ["wrong-time", "the relay's clock and this computer's are more than 5 minutes apart"],
  ["bad-signature", "the relay does not accept this computer's signature"],
  ["too-slow", "the request took too long to reach the relay"],
  ["session-used", "the relay has seen this session before"],
  ["replayed", "the relay has seen this registration before"],
  ["too-large", "the request is too large for the relay"],
  ["over-cap", "the relay stores no more of this kind"],
  ["internal", "an error occurred within the relay"],
  ["full", "the relay is full"],
  ["closing", "the relay is shutting down"],
]);

/** For each reason of a SignalError; signal-error.ts explains them. */
export const BY_REASON = {
  unauthorized: "the relay does not accept the key",
  forbidden: "the relay does not allow it",
  "not-found": "the relay does not know it",
  conflict: "the relay has seen this session before",
  busy: "the relay has too many requests from this address, or no capacity for more shares or viewers",
  offline: "the share's host is not connected to the relay",
  refused: "the relay refused the request",
  unreachable: "the relay responds, but does not work at the moment",
  "bad-answer": "the server at this address is not a rangecast relay",
  "over-cap": "the relay sent more than is allowed",
  "queue-full": "the relay accepts messages too slowly",
} as const;

/**
 * A clause about an unsuccessful response.
 * @param detail the relay's `error` code: untrusted text, so it is looked up and never shown
 */
export function refusalMessage(reason: SignalErrorReason, detail?: string): string {
  return (detail === undefined ? undefined : BY_DETAIL.get(detail)) ?? BY_REASON[reason];
}
