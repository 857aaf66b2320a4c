import type { SessionError, SessionErrorReason } from "./daemon-error.ts";

/** Why a session is over: it came to its end, or one of the errors. */
export type SessionEndReason = "bye" | "channel-closed" | "connection-closed" | "stopped" | SessionErrorReason;

/** What a session always says at its end (protocol 1.4). */
export interface SessionEnd {
  readonly reason: SessionEndReason;
  readonly message: string;
  /** There is one where the session did not end in good order. */
  readonly error?: SessionError;
}

export function failedEnd(error: SessionError): SessionEnd {
  return { reason: error.reason, message: error.message, error };
}
