/* The engine's reports on its connection to the host. page/state/connection.ts turns them into the page's state. */
import type { NoConnectionDiagnosis, SelectedPath } from "@rangecast/rtc";

/** Failures after which the engine tries again by itself. */
export type WaitReason =
  | "host-offline"
  | "relay-unreachable"
  | "no-connection"
  | "busy"
  | "lost"
  | "file-gone"
  | "unreadable"
  | "host-stopped";

/** Failures for which trying again is useless. */
export type EndReason = "not-found" | "wrong-host" | "host-revoked" | "link-expired" | "used-up" | "dropped" | "unsupported" | "fault";

export type ConnectionEvent =
  | { readonly type: "bad-link"; readonly reason: "incomplete" | "invalid" }
  /** An attempt has begun. */
  | { readonly type: "connecting" }
  /** The attempt takes longer than usual. */
  | { readonly type: "slow" }
  | { readonly type: "connected" }
  | { readonly type: "path"; readonly path: SelectedPath }
  /** An attempt, or the connection, failed; another attempt will follow. */
  | { readonly type: "waiting"; readonly reason: WaitReason; readonly diagnosis?: NoConnectionDiagnosis }
  | { readonly type: "ended"; readonly reason: EndReason };
