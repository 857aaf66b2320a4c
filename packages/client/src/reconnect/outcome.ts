import type { ClientError, ClientErrorReason } from "../client-error.ts";

/**
 * What follows from a failed attempt, or a lost connection:
 * - `retry`: the cause may pass
 * - `end`: another attempt would fail in the same way
 * - `missing`: the relay doesn't know the share. The link may be wrong; but after a relay's restart a right link fails like this too, until its host is back
 */
export type Outcome = "retry" | "end" | "missing";

/** A Record, so that a new reason doesn't compile without a row here. */
const OUTCOMES: Readonly<Record<ClientErrorReason, Outcome>> = {
  "link-incomplete": "end",
  "link-invalid": "end",
  "relay-unreachable": "retry",
  "not-found": "missing",
  "host-offline": "retry",
  busy: "retry",
  "no-connection": "retry",
  "wrong-host": "end",
  timeout: "retry",
  closed: "retry",
  // The link stays valid: the host may share it again.
  "host-stopped": "retry",
  "host-revoked": "end",
  "link-expired": "end",
  "used-up": "end",
  dropped: "end",
  unsupported: "end",
  // A new session announces the file as it is now.
  "file-changed": "retry",
  // The file may be put back.
  "file-gone": "retry",
  // The host accepts no viewer while its file can't be read. The file may be put back.
  unreadable: "retry",
  "out-of-range": "retry",
  "protocol-error": "end",
  aborted: "end",
};

/**
 * How long the relay may not know a share that it knew before, milliseconds. If a relay restarts while the host is asleep, the host has this long to wake up
 * and register again.
 */
export const MISSING_PATIENCE_MS: number = 10 * 60_000;

export function outcomeOf({ reason }: ClientError): Outcome {
  return OUTCOMES[reason];
}
