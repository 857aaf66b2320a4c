import type { NoConnectionDiagnosis } from "@rangecast/rtc";
import type { SessionError, SessionErrorReason } from "../daemon-error.ts";

/** Why a session ended: normally, or with an error. */
export type SessionEndReason = "bye" | "channel-closed" | "connection-closed" | "stopped" | SessionErrorReason;

/** How a session ended. Every session reports it. */
export interface SessionEnd {
  readonly reason: SessionEndReason;
  readonly message: string;
  /** Set if the session ended with an error. */
  readonly error?: SessionError;
  /** The payload of the browser's `bye`, if not empty. */
  readonly byeReason?: string;
  /** What both sides offered, if a connection was tried and no channel opened. */
  readonly diagnosis?: NoConnectionDiagnosis;
}

export function failedEnd(error: SessionError): SessionEnd {
  return { reason: error.reason, message: error.message, error };
}
