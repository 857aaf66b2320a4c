/** The state of a share's session at the relay. */
export type SessionState =
  /** The offer was posted, and the agent hasn't answered. */
  | "pending"
  | "accepted"
  /** Over; its messages are kept for a while, for readers between two streams. */
  | "ended";

/** What changes a session's state. All but `answer` are reasons to end it. */
export type SessionTrigger = "answer" | EndReason;

/**
 * Why a session ended, as in its `end` event:
 * - `bye`: one side posted it
 * - `not-accepted`: no answer in time
 * - `revoked`: the daemon revoked the share
 * - `restarted`: the share was registered by a new run of its daemon
 * - `expired`: no post and no reader for a long time
 */
export type EndReason = "bye" | "not-accepted" | "revoked" | "restarted" | "expired";

/** Total: a missing cell does not compile. */
const TRANSITIONS: Record<SessionState, Record<SessionTrigger, SessionState>> = {
  pending: { answer: "accepted", bye: "ended", "not-accepted": "ended", revoked: "ended", restarted: "ended", expired: "ended" },
  // A late timer does not end a session that was accepted in time.
  accepted: { answer: "accepted", bye: "ended", "not-accepted": "accepted", revoked: "ended", restarted: "ended", expired: "ended" },
  ended: { answer: "ended", bye: "ended", "not-accepted": "ended", revoked: "ended", restarted: "ended", expired: "ended" },
};

/** A share's session, as JSON in the store. */
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

export function nextState(state: SessionState, trigger: SessionTrigger): SessionState {
  return TRANSITIONS[state][trigger];
}
