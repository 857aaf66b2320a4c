import type { NoConnectionDiagnosis } from "@rangecast/rtc";
import type { SessionError, SessionErrorReason } from "../daemon-error.ts";

/** Why a session is over: it came to its end, or one of the errors. */
export type SessionEndReason = "bye" | "channel-closed" | "connection-closed" | "stopped" | SessionErrorReason;

/** What a session always says at its end (protocol 1.4). */
export interface SessionEnd {
  readonly reason: SessionEndReason;
  readonly message: string;
  /** There is one where the session did not end in good order. */
  readonly error?: SessionError;
  /** What the browser's bye said, where it said a word. */
  readonly word?: string;
  /** What both sides offered, where a connection was tried and its channel never opened. */
  readonly diagnosis?: NoConnectionDiagnosis;
}

export function failedEnd(error: SessionError): SessionEnd {
  return { reason: error.reason, message: error.message, error };
}
