import type { NoConnectionDiagnosis, SelectedPath } from "@rangecast/rtc";
import type { SignalError } from "@rangecast/signal";
import type { LinkEnd } from "../terms/share-terms.ts";
import type { SessionEndReason } from "../session/session-end.ts";

/** Events of a daemon, for display. */
export type DaemonEvent =
  /** The event stream from the relay is open: viewers can join. */
  | { readonly type: "relay-online" }
  /** The event stream closed, and is being reopened. */
  | { readonly type: "relay-offline"; readonly error?: SignalError }
  /** The relay refuses a share that it accepted before. The daemon tries again about once a minute. */
  | { readonly type: "share-refused"; readonly shareId: string; readonly error: SignalError }
  /** A viewer was refused, or no channel opened. Sent at most once in 5 s; `others` counts the failures since the last such event. */
  | ViewerFailed
  /** A viewer's first channel is open. `viewer` is a random id that the viewer chose. */
  | { readonly type: "viewer-joined"; readonly shareId: string; readonly viewer: string; readonly path?: SelectedPath }
  /** A viewer's network path changed between direct and relayed by TURN. */
  | { readonly type: "viewer-path"; readonly shareId: string; readonly viewer: string; readonly path: SelectedPath }
  /** About once a second for each viewer: bytes sent to it since it joined, their rate, and its number of sessions (`lanes`). */
  | {
      readonly type: "progress";
      readonly shareId: string;
      readonly viewer: string;
      readonly bytes: number;
      readonly bytesPerSecond: number;
      readonly lanes: number;
      /** Of a shared folder: the path of the file that it read last. */
      readonly reading?: string;
    }
  /** A file of a share with `maxDownloads` was downloaded once more. `path`: in a shared folder; empty for a share of one file. */
  | {
      readonly type: "download-taken";
      readonly shareId: string;
      readonly path: string;
      readonly taken: number;
      readonly maxDownloads: number;
    }
  /** The link of a share no longer works. Viewers who open it are told so. Viewers of one that is used up are served until they leave. */
  | { readonly type: "share-ended"; readonly shareId: string; readonly reason: LinkEnd; readonly message: string }
  /** A viewer's last session ended. */
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
  /** Absent if it failed before its offer was read. */
  readonly viewer?: string;
  /** `no-channel` includes viewers that gave up before our own time limit. */
  readonly reason: SessionEndReason;
  readonly message: string;
  /** What both sides offered, if a connection was tried. */
  readonly diagnosis?: NoConnectionDiagnosis;
  readonly others: number;
}
