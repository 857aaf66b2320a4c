import type { SessionState } from "./session-state.ts";

/** A share's session as the store keeps it. */
export interface SessionRecord {
  readonly shareId: string;
  readonly daemonId: string;
  readonly state: SessionState;
  /** Accepted by then or over, milliseconds since 1970. */
  readonly deadline: number;
  /** The viewer's bucket, whose place for pending sessions it takes. */
  readonly address: string;
  readonly browserToken: string;
  readonly agentToken: string;
}

export function formatSession(record: SessionRecord): string {
  return JSON.stringify(record);
}

/** Only for texts of {@link formatSession}: the store is ours. */
export function parseSession(text: string): SessionRecord {
  return JSON.parse(text) as SessionRecord;
}
