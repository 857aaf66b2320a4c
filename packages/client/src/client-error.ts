import { ExpectedError } from "@rangecast/base";
import type { ConnectDiagnosis } from "./session/diagnosis.ts";

/**
 * Why a file can't be opened or read, for programs:
 * - `link-incomplete`: the part behind `#` is missing; `link-invalid`: any other fault of a link
 * - `relay-unreachable`: the relay doesn't answer, or not as a relay does
 * - `not-found`: no such share or session, or not with this link or key
 * - `host-offline`: the relay knows the share, its host isn't there
 * - `busy`: a cap was met, at the relay or at the host; later it may work
 * - `no-connection`: no path between the two was found, or it was lost
 * - `wrong-host`: who answered can't prove to be the share's host
 * - `timeout`: something did not come in time
 * - `closed`: this side closed, or the other did without a word
 * - `host-stopped`, `host-revoked`: the host said so
 * - `unsupported`: the host offers what this client can't handle (a size over 2^53 - 1)
 * - `file-changed`: the file is no longer the one that was announced
 * - `file-gone`: the file is no longer where it was shared from: deleted, moved or renamed
 * - `unreadable`: the host could not read the file
 * - `out-of-range`: the bytes asked for are not in the file
 * - `protocol-error`: the host sent what the protocol forbids, so that its bytes can't be trusted
 * - `aborted`: the caller's signal; its reason is the `cause`
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

/** Something outside did not go as it should. Expected: `reason` is for programs, `message` for people. */
export class ClientError extends ExpectedError<ClientErrorReason> {
  override readonly name = "ClientError";
  /** With `no-connection`: what is known of the search for a path. */
  readonly diagnosis: ConnectDiagnosis | undefined;

  constructor(reason: ClientErrorReason, message: string, options: ClientErrorOptions = {}) {
    super(reason, message, options);
    this.diagnosis = options.diagnosis;
  }
}

/** What an aborted signal makes of whatever waited for it. */
export function abortedError(signal: AbortSignal): ClientError {
  return new ClientError("aborted", "aborted by the caller", { cause: signal.reason });
}
