import { ExpectedError } from "@rangecast/base";
import type { ConnectDiagnosis } from "./session/transport.ts";

/**
 * Why a file can't be opened or read, for programs:
 * - `link-incomplete`: the part after `#` is missing; `link-invalid`: the link has any other fault
 * - `relay-unreachable`: the relay doesn't respond, or not as a relay does
 * - `not-found`: there is no such share or session, or the link or key doesn't fit
 * - `host-offline`: the relay knows the share, but its host isn't connected
 * - `busy`: a limit of the relay or the host was reached; a later attempt may succeed
 * - `no-connection`: no path to the host was found, or it was lost
 * - `wrong-host`: the answer is not signed by the share's host
 * - `timeout`: a response did not arrive in time
 * - `closed`: this side closed the session, or the other did without giving a reason
 * - `host-stopped`, `host-revoked`: the host stopped sharing, or revoked the link
 * - `link-expired`: the time that the host set for the link is over
 * - `used-up`: the file was downloaded as often as the host allows
 * - `dropped`: the host disconnected this viewer
 * - `unsupported`: this client can't handle the file (a size over 2^53 - 1)
 * - `file-changed`: the file is no longer the announced version
 * - `file-gone`: the file was deleted, moved or renamed
 * - `unreadable`: the host could not read the file
 * - `out-of-range`: the requested bytes are not in the file
 * - `protocol-error`: the host broke the protocol, so its bytes can't be trusted
 * - `aborted`: the caller's signal aborted; its reason is the `cause`
 */
export type ClientErrorReason =
  | "link-incomplete"
  | "link-invalid"
  | "relay-unreachable"
  | "not-found"
  | "host-offline"
  | "busy"
  | "no-connection"
  | "wrong-host"
  | "timeout"
  | "closed"
  | "host-stopped"
  | "host-revoked"
  | "link-expired"
  | "used-up"
  | "dropped"
  | "unsupported"
  | "file-changed"
  | "file-gone"
  | "unreadable"
  | "out-of-range"
  | "protocol-error"
  | "aborted";

export interface ClientErrorOptions extends ErrorOptions {
  readonly diagnosis?: ConnectDiagnosis;
}

/** An expected failure. `reason` is for programs, `message` for people. */
export class ClientError extends ExpectedError<ClientErrorReason> {
  override readonly name = "ClientError";
  /** For `no-connection`: what is known of the search for a path. */
  readonly diagnosis: ConnectDiagnosis | undefined;

  constructor(reason: ClientErrorReason, message: string, options: ClientErrorOptions = {}) {
    super(reason, message, options);
    this.diagnosis = options.diagnosis;
  }
}

/** The error of an operation whose signal aborted. */
export function abortedError(signal: AbortSignal): ClientError {
  return new ClientError("aborted", "aborted by the caller", { cause: signal.reason });
}
