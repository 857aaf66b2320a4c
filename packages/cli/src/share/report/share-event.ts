/** What `rangecast share` has to tell, whoever reads it. These are also the lines of `--json`: a field's name and meaning stay. */
import type { CandidateSummary, NoConnectionAdvice, NoConnectionReason } from "@rangecast/rtc";
import type { LinkReach } from "../link-advice.ts";

export type ShareEvent =
  | ReadyEvent
  | { readonly event: "viewer-joined"; readonly viewer: number; readonly path: ViewerPath }
  | ProgressEvent
  | ViewerLeftEvent
  | ViewerFailedEvent
  | { readonly event: "relay-online"; readonly relay: string }
  | { readonly event: "relay-offline"; readonly relay: string; readonly message?: string }
  /** The doctor's checks found what keeps viewers away: its check, a clause, and what to do. */
  | { readonly event: "trouble"; readonly check: string; readonly found: string; readonly advice: string }
  | { readonly event: "error"; readonly reason: string; readonly message: string; readonly exitCode?: number }
  | { readonly event: "stopping"; readonly viewers: number }
  | { readonly event: "stopped"; readonly reason: StopReason };

/** Why the program ends: Ctrl-C, SIGTERM, the terminal went away, or an error that was told before. */
export type StopReason = "interrupted" | "terminated" | "hangup" | "output-closed" | "error";

export interface ReadyEvent {
  readonly event: "ready";
  readonly link: string;
  /** Display name. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly reach: LinkReach;
  readonly page: string;
  readonly relay: string;
  /** What a person should know of the link and the settings, a sentence or two each. */
  readonly notices: readonly string[];
}

export interface ProgressEvent {
  readonly event: "progress";
  /** 1, 2, 3, … in the order of coming. */
  readonly viewer: number;
  /** Bytes sent to this viewer so far, what was sent twice counted twice. */
  readonly bytes: number;
  /** Whole per cent of the file that was sent, rounded down; absent for an empty file. */
  readonly percent?: number;
  /** Bytes a second, now. */
  readonly rate: number;
  readonly path: ViewerPath;
}

/** How the bytes travel: straight, or through a TURN server; not yet known at first. */
export type ViewerPath = "direct" | "relayed" | "unknown";

export interface ViewerLeftEvent {
  readonly event: "viewer-left";
  readonly viewer: number;
  readonly reason: string;
  readonly message: string;
  readonly bytes: number;
}

/** A viewer came to nothing. One each few seconds is told at most. */
export interface ViewerFailedEvent {
  readonly event: "viewer-failed";
  /** The random id that the viewer chose for itself, where it came to that. */
  readonly id?: string;
  /** `no-channel`, `connection-failed`, `refused` (a limit), `file-gone`, `no-file`, `bye` (it left), … */
  readonly reason: string;
  readonly message: string;
  /** What both sides offered, where a connection was tried. */
  readonly offered?: { readonly here: CandidateSummary; readonly there: CandidateSummary; readonly words: string };
  /** The likeliest cause, where a connection was tried: a word for programs, and a sentence. */
  readonly cause?: NoConnectionReason;
  readonly why?: string;
  /** What would help: words for programs, and sentences in the same order. */
  readonly advice?: readonly NoConnectionAdvice[];
  readonly todo?: readonly string[];
  /** How many others failed since the one told before, untold. */
  readonly others: number;
}

/** Takes events in order. The last one is `stopped`, after which nothing comes. */
export type ShareReporter = (event: ShareEvent) => void;
