/* What the engine tells of the way to the sender. What it means for the page: page/state/connection.ts. */
import type { NoConnectionDiagnosis, SelectedPath } from "@rangecast/rtc";

/** Nothing to be done but to wait and try again, which the engine does by itself. */
export type WaitReason =
  | "host-offline"
  | "relay-unreachable"
  | "no-connection"
  | "busy"
  | "lost"
  | "file-gone"
  | "unreadable"
  | "host-stopped";

/** Trying again would change nothing. */
export type EndReason = "not-found" | "wrong-host" | "host-revoked" | "unsupported" | "fault";

export type ConnectionEvent =
  | { readonly type: "bad-link"; readonly reason: "incomplete" | "invalid" }
  /** An attempt begins. */
  | { readonly type: "connecting" }
  /** The attempt takes longer than it should. */
  | { readonly type: "slow" }
  | { readonly type: "connected" }
  | { readonly type: "path"; readonly path: SelectedPath }
  /** An attempt, or the connection, failed; another attempt will follow. */
  | { readonly type: "waiting"; readonly reason: WaitReason; readonly diagnosis?: NoConnectionDiagnosis }
  | { readonly type: "ended"; readonly reason: EndReason };
