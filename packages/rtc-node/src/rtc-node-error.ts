import { ExpectedError } from "@rangecast/base";
/** Why a call is refused. None of them harms the connection; all but `wrong-state` and `closed` are somebody else's doing. */
export type RtcNodeErrorReason =
  | "not-open"
  | "message-too-large"
  | "send-failed"
  | "bad-candidate"
  | "useless-candidate"
  | "too-many-candidates"
  | "too-many-channels"
  | "bad-ice-server"
  | "relay-only-unsupported"
  | "ice-restart-unsupported"
  | "no-socket"
  | "wrong-state"
  | "closed";

/** What this stack refuses. Expected: the remote, the network or the configuration can cause it at any time. */
export class RtcNodeError extends ExpectedError<RtcNodeErrorReason> {
  override readonly name = "RtcNodeError";
}
