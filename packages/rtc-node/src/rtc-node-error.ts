import { ExpectedError } from "@rangecast/base";

/** Why a call is refused. The connection stays usable. `wrong-state` and `closed` are the caller's fault; the others have an outside cause. */
export type RtcNodeErrorReason =
  | "not-open"
  | "message-too-large"
  | "send-failed"
  | "bad-candidate"
  | "useless-candidate"
  | "too-many-candidates"
  | "bad-ice-server"
  | "bad-credentials"
  | "bad-transport"
  | "native-missing"
  | "relay-only-unsupported"
  | "ice-restart-unsupported"
  | "not-a-restart"
  | "no-socket"
  | "wrong-state"
  | "closed";

/** This stack refuses a call. */
export class RtcNodeError extends ExpectedError<RtcNodeErrorReason> {
  override readonly name = "RtcNodeError";
}
