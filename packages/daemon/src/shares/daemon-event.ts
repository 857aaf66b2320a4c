import type { NoConnectionDiagnosis, SelectedPath } from "@rangecast/rtc";
import type { SignalError } from "@rangecast/signal";
import type { SessionEndReason } from "../session/session-end.ts";

/** What happens in a daemon's life, for whoever shows it. */
export type DaemonEvent =
  /** The event stream from the relay is open: viewers can join. */
  | { readonly type: "relay-online" }
  /** It is not, and is being opened again. */
  | { readonly type: "relay-offline"; readonly error?: SignalError }
  /** The relay took a share once and refuses it now; it is asked again about once a minute. */
  | { readonly type: "share-refused"; readonly shareId: string; readonly error: SignalError }
  /**
   * A viewer came to nothing: it was refused, or no channel opened. At most one each few seconds is told: `others` failed since the one before, and are
   * told by this one alone.
   */
  | ViewerFailed
  /** A viewer's first channel is open. `viewer` is a random id of its own choosing. */
  | { readonly type: "viewer-joined"; readonly shareId: string; readonly viewer: string; readonly path?: SelectedPath }
  /** Its bytes take another way than was told last: directly, or over a TURN server. */
  | { readonly type: "viewer-path"; readonly shareId: string; readonly viewer: string; readonly path: SelectedPath }
  /** About once a second for each viewer: bytes that have left for it since it joined, how fast, and over how many sessions. */
  | {
      readonly type: "progress";
      readonly shareId: string;
      readonly viewer: string;
      readonly bytes: number;
      readonly bytesPerSecond: number;
      readonly lanes: number;
    }
  /** A viewer's last session is over. */
  | {
      readonly type: "viewer-left";
      readonly shareId: string;
      readonly viewer: string;
      readonly bytes: number;
      readonly reason: SessionEndReason;
      readonly message: string;
    };

export interface ViewerFailed {
  readonly type: "viewer-failed";
  readonly shareId: string;
  /** Absent where it failed before it said who it is. */
  readonly viewer?: string;
  /** `no-channel` too where the viewer gave up first, for want of a connection. */
  readonly reason: SessionEndReason;
  readonly message: string;
  /** What both sides offered, where a connection was tried. */
  readonly diagnosis?: NoConnectionDiagnosis;
  readonly others: number;
}
