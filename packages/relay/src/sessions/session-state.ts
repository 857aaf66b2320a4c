/** The life of a share's session at the relay: a pure value. */
export type SessionState =
  /** The offer is posted; the agent hasn't answered. */
  | "pending"
  | "accepted"
  /** Over; what was said is kept a while for readers between two streams. */
  | "ended";

/** What happens to a session. All but `answer` are reasons for which one ends. */
export type SessionHappening = "answer" | EndReason;

/**
 * Why a session ended, as its `end` event says:
 * - `bye`: a side said so
 * - `not-accepted`: no answer in time
 * - `revoked`: the daemon took the share back
 * - `restarted`: the share was registered by a new run of its daemon
 * - `expired`: neither posts nor readers for long
 */
export type EndReason = "bye" | "not-accepted" | "revoked" | "restarted" | "expired";

/** Every state and everything that can happen in it: a missing cell does not compile. */
const TRANSITIONS: Record<SessionState, Record<SessionHappening, SessionState>> = {
  pending: { answer: "accepted", bye: "ended", "not-accepted": "ended", revoked: "ended", restarted: "ended", expired: "ended" },
  // Accepted in time is accepted for good: a timer that fires late changes nothing.
  accepted: { answer: "accepted", bye: "ended", "not-accepted": "accepted", revoked: "ended", restarted: "ended", expired: "ended" },
  ended: { answer: "ended", bye: "ended", "not-accepted": "ended", revoked: "ended", restarted: "ended", expired: "ended" },
};

export function nextState(state: SessionState, happening: SessionHappening): SessionState {
  return TRANSITIONS[state][happening];
}
