import { ExpectedError } from "@rangecast/base";

/** Why a stream is refused before it starts. `wrong-size`: the system reports a size that is not the file's, as for files of /proc. */
export type StreamErrorReason = "no-session-id" | "no-path" | "cannot-open" | "not-a-file" | "wrong-size" | "bad-ice-server";

/** The given options or file can't be streamed. */
export class StreamError extends ExpectedError<StreamErrorReason> {
  override readonly name = "StreamError";
}

/** Why a session failed. */
export type SessionErrorReason =
  | "bad-offer"
  | "refused"
  | "expired"
  | "used-up"
  | "revoked"
  | "dropped"
  | "file-gone"
  | "no-file"
  | "answer-failed"
  | "no-offer"
  | "no-channel"
  | "relay"
  | "connection-failed"
  | "channel-failed";

/** A session failed because of the other side, the network, the relay or the file. */
export class SessionError extends ExpectedError<SessionErrorReason> {
  override readonly name = "SessionError";
}

/** Why the state folder can't be used. */
export type StateErrorReason = "unreadable" | "damaged" | "unwritable";

/** The folder that holds the daemon's identity can't be used. */
export class StateError extends ExpectedError<StateErrorReason> {
  override readonly name = "StateError";
}

/** Why a call of the daemon is refused. */
export type DaemonErrorReason =
  | "closed"
  | "too-many-shares"
  | "already-shared"
  | "unknown-share"
  | "unknown-viewer"
  | "bad-ice-server"
  | "bad-terms";

/** The daemon can't perform a call in its current state. */
export class DaemonError extends ExpectedError<DaemonErrorReason> {
  override readonly name = "DaemonError";
}
