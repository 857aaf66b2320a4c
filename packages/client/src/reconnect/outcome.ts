import type { ClientError, ClientErrorReason } from "../client-error.ts";

/**
 * What a failure means for whoever wants to stay connected:
 * - `wait`: it may pass, so it is tried again
 * - `end`: trying again would change nothing
 * - `missing`: the relay doesn't know the share. A wrong link looks so; but so does a right one at a relay that was started anew, until its host is back
 */
export type Outcome = "wait" | "end" | "missing";

/** A reason that comes to be added compiles only with a row of its own here. */
const OUTCOMES: Readonly<Record<ClientErrorReason, Outcome>> = {
  "link-incomplete": "end",
  "link-invalid": "end",
  "relay-unreachable": "wait",
  "not-found": "missing",
  "host-offline": "wait",
  busy: "wait",
  "no-connection": "wait",
  "wrong-host": "end",
  timeout: "wait",
  closed: "wait",
  // The link stays good: the same share may come back, from the same host.
  "host-stopped": "wait",
  "host-revoked": "end",
  unsupported: "end",
  // A new session announces the file as it is now.
  "file-changed": "wait",
  // It may be put back.
  "file-gone": "wait",
  // A host that took no viewer, for its file is not there: it may be put back.
  unreadable: "wait",
  "out-of-range": "wait",
  "protocol-error": "end",
  aborted: "end",
};

/** How long a share that was there before may be missing at the relay, milliseconds: a host that was asleep while its relay was started anew has woken by then, or has gone. */
export const MISSING_PATIENCE_MS: number = 10 * 60_000;

export function outcomeOf({ reason }: ClientError): Outcome {
  return OUTCOMES[reason];
}
