import type { ClientErrorReason, ConnectDiagnosis } from "@rangecast/client";
import type { RemoteNews } from "../remote.ts";
import type { ConnectionEvent, EndReason, WaitReason } from "../../shared/connection-event.ts";

/** What the end of an attempt, or of a connection, means for the page. */
export type Outcome = ConnectionEvent & { readonly type: "waiting" | "ended" | "bad-link" };

const wait = (reason: WaitReason): Outcome => ({ type: "waiting", reason });
const end = (reason: EndReason): Outcome => ({ type: "ended", reason });

/** A reason that the client may come to give compiles only with a row of its own here. */
const OUTCOMES: Readonly<Record<ClientErrorReason, Outcome>> = {
  "link-incomplete": { type: "bad-link", reason: "incomplete" },
  "link-invalid": { type: "bad-link", reason: "invalid" },
  "relay-unreachable": wait("relay-unreachable"),
  "not-found": end("not-found"),
  "host-offline": wait("host-offline"),
  busy: wait("busy"),
  "no-connection": wait("no-connection"),
  "wrong-host": end("wrong-host"),
  timeout: wait("no-connection"),
  closed: wait("lost"),
  // The link stays good: the same share may come back, from the same host, under the same link.
  "host-stopped": wait("host-stopped"),
  "host-revoked": end("host-revoked"),
  unsupported: end("unsupported"),
  // A new connection announces the file as it is now.
  "file-changed": wait("lost"),
  "file-gone": wait("file-gone"),
  unreadable: wait("unreadable"),
  "out-of-range": wait("lost"),
  "protocol-error": end("unsupported"),
  aborted: wait("lost"),
};

/** What ends a connection because the host says so; whatever else does is a connection lost. */
const SAID_BY_THE_HOST: ReadonlySet<WaitReason> = new Set(["host-stopped", "file-gone", "unreadable"]);

/** How an attempt that failed with `reason` counts. Undefined for what is no reason of the client's: a fault of our own. */
export function attemptOutcome(reason: string | undefined, wasConnected: boolean): Outcome | undefined {
  if (!isClientReason(reason)) return undefined;
  // A share that was there a moment ago, and is unknown now: its relay was started anew, and its host isn't back yet.
  if (reason === "not-found" && wasConnected) return wait("host-offline");
  if (reason === "closed") return wait("no-connection");
  return OUTCOMES[reason];
}

/** What it means that a connection, once there, ended with `reason`. */
export function connectionOutcome(reason: string): Outcome {
  if (!isClientReason(reason)) return wait("lost");
  const outcome = OUTCOMES[reason];
  return outcome.type === "waiting" && !SAID_BY_THE_HOST.has(outcome.reason) ? wait("lost") : outcome;
}

/** What the news of a remote means while it is waited for; undefined where that changes nothing. */
export function newsOutcome({ kind, error }: RemoteNews & { readonly kind: "lost" | "failed" }): Outcome | undefined {
  const outcome = kind === "lost" ? connectionOutcome(error.reason) : attemptOutcome(error.reason, true);
  return outcome?.type === "waiting" ? withDiagnosis(outcome, error.diagnosis) : undefined;
}

/** The outcome with what is known of the search for a path, where that is what failed. */
export function withDiagnosis(outcome: Outcome, diagnosis: ConnectDiagnosis | undefined): Outcome {
  const tells = outcome.type === "waiting" && outcome.reason === "no-connection" && diagnosis !== undefined;
  if (!tells) return outcome;
  const { local, remote, iceServers } = diagnosis;
  return { ...outcome, diagnosis: { local, remote, iceServers } };
}

function isClientReason(reason: string | undefined): reason is ClientErrorReason {
  return reason !== undefined && Object.hasOwn(OUTCOMES, reason);
}
