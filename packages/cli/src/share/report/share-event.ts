/** The events of `rangecast share`. They are also the lines of `--json`, so a field never changes its name or meaning. */
import type { LinkEnd } from "@rangecast/daemon";
import type { CandidateSummary, NoConnectionAdvice, NoConnectionReason } from "@rangecast/rtc";
import type { LanAddresses } from "../../lan/serve-lan.ts";
import type { StopReason } from "../../stop-signals.ts";
import type { LinkReach } from "../notices.ts";

export type ShareEvent =
  | ReadyEvent
  | { readonly event: "viewer-joined"; readonly viewer: number; readonly path: ViewerPath }
  | ProgressEvent
  | ViewerLeftEvent
  /** A file was downloaded once more: `taken` of `max` downloads. `file`: its path in a shared folder. */
  | { readonly event: "download-taken"; readonly taken: number; readonly max: number; readonly file?: string }
  /** The link no longer works. Viewers who open it are told so, as long as the program runs. */
  | { readonly event: "link-ended"; readonly reason: LinkEnd; readonly message: string }
  | ViewerFailedEvent
  | { readonly event: "relay-online"; readonly relay: string }
  | { readonly event: "relay-offline"; readonly relay: string; readonly message?: string }
  /** A check of the doctor found something that keeps viewers away: the check's name, a clause, and what to do. */
  | { readonly event: "trouble"; readonly check: string; readonly found: string; readonly advice: string }
  /** The tunnel's address leads nowhere; it is opened again. `message`: a clause. */
  | { readonly event: "tunnel-offline"; readonly message: string }
  | TunnelOnlineEvent
  | { readonly event: "error"; readonly reason: string; readonly message: string }
  | { readonly event: "stopping"; readonly viewers: number }
  /** `elsewhere`: by `rangecast stop`. */
  | { readonly event: "stopped"; readonly reason: StopReason | "elsewhere" };

/** With `--lan` it has the addresses in the local network. */
export interface ReadyEvent extends Partial<LanAddresses> {
  readonly event: "ready";
  readonly link: string;
  /** Display name. */
  readonly name: string;
  /** Bytes; 0 for a folder, which is not read before a viewer opens it. */
  readonly size: number;
  /** A folder is shared, or several paths. */
  readonly folder?: true;
  readonly reach: LinkReach;
  readonly page: string;
  readonly relay: string;
  /** When the link expires, ISO time. */
  readonly expires?: string;
  /** Maximum number of viewers at once. */
  readonly maxViewers?: number;
  /** How often each file may be downloaded, and whole downloads so far. */
  readonly maxDownloads?: number;
  readonly downloads?: number;
  /** What the user should know about the link and the settings, one or two sentences each. */
  readonly notices: readonly string[];
}

/** The tunnel leads here again, at the same address or at another one. */
export interface TunnelOnlineEvent {
  readonly event: "tunnel-online";
  readonly address: string;
  /** The link with this address. */
  readonly link: string;
  /** Whether it is another link than before, which viewers need. */
  readonly changed: boolean;
}

export interface ProgressEvent {
  readonly event: "progress";
  /** 1, 2, 3, … in the order in which viewers join. */
  readonly viewer: number;
  /** Bytes sent to this viewer so far, including bytes sent again. */
  readonly bytes: number;
  /** Whole per cent of the file that was sent, rounded down; absent for an empty file and a folder. */
  readonly percent?: number;
  /** Current rate, bytes per second. */
  readonly rate: number;
  readonly path: ViewerPath;
  /** Of a shared folder: the path of the file that it read last. */
  readonly file?: string;
}

/** How the bytes travel: directly, or through a TURN server. Unknown at first. */
export type ViewerPath = "direct" | "relayed" | "unknown";

export interface ViewerLeftEvent {
  readonly event: "viewer-left";
  readonly viewer: number;
  readonly reason: string;
  readonly message: string;
  readonly bytes: number;
}

/** A viewer could not be served. At most one event every few seconds. */
export interface ViewerFailedEvent {
  readonly event: "viewer-failed";
  /** The random id that the viewer chose, if it is known. */
  readonly id?: string;
  /** `no-channel`, `connection-failed`, `refused` (a limit), `file-gone`, `no-file`, `bye` (it left), … */
  readonly reason: string;
  readonly message: string;
  /** The candidates of both sides, if a connection was attempted. */
  readonly offered?: { readonly here: CandidateSummary; readonly there: CandidateSummary; readonly words: string };
  /** The likeliest cause, if a connection was attempted: a code, and a sentence. */
  readonly cause?: NoConnectionReason;
  readonly why?: string;
  /** What would help: codes, and sentences in the same order. */
  readonly advice?: readonly NoConnectionAdvice[];
  readonly todo?: readonly string[];
  /** Number of other viewers that failed since the last such event. */
  readonly others: number;
}

/** Receives events in order. The last one is `stopped`. */
export type ShareReporter = (event: ShareEvent) => void;
