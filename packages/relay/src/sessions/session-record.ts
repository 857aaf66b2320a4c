import type { SessionState } from "./session-state.ts";

/** A share's session in the store. */
export interface SessionRecord {
  readonly shareId: string;
  readonly daemonId: string;
  readonly state: SessionState;
  /** A session that is not accepted by then ends, milliseconds since 1970. */
  readonly deadline: number;
  /** The viewer's bucket, whose slots the session takes. */
  readonly address: string;
  readonly browserToken: string;
  readonly agentToken: string;
}

export function formatSession(record: SessionRecord): string {
  return JSON.stringify(record);
}

/** Trusts its input, since only {@link formatSession} writes these texts. */
export function parseSession(text: string): SessionRecord {
  return JSON.parse(text) as SessionRecord;
}
