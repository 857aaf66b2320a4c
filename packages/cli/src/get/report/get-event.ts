/** The events of `rangecast get`. They are also the lines of `--json`, so a field never changes its name or meaning. */
import type { StateEvent } from "../../remote/state-events.ts";
import type { StopReason } from "../../stop-signals.ts";
import type { TreeEvent } from "./tree-event.ts";

export type GetEvent =
  | StateEvent
  | GetReadyEvent
  /** The bytes of earlier runs are read, for the hash of the whole file. */
  | { readonly event: "hashing"; readonly bytes: number }
  | GetProgressEvent
  /** There is no connection yet, and a check of the doctor found a problem: the check's name, a clause, and what to do. */
  | { readonly event: "trouble"; readonly check: string; readonly found: string; readonly advice: string }
  | GetDoneEvent
  | TreeEvent
  | GetStoppedEvent;

export interface GetReadyEvent {
  readonly event: "ready";
  /** The name that the host gave the file. It may contain any characters. */
  readonly name: string;
  /** Bytes; absent if the host doesn't know the size. */
  readonly size?: number;
  /** The host's estimate, in bytes, if it doesn't know the size but has an estimate. */
  readonly estimatedSize?: number;
  /** Where the file is saved: an absolute path, or `-` for standard output. */
  readonly file: string;
  /** Bytes present from earlier runs. */
  readonly resumed: number;
  /** As reported by the host. */
  readonly mediaType?: string;
  /** What the user should know, one or two sentences each. */
  readonly notices: readonly string[];
}

export interface GetProgressEvent {
  readonly event: "progress";
  /** Bytes present, including those of earlier runs. */
  readonly bytes: number;
  /** Absent if the host doesn't know the size. */
  readonly size?: number;
  /** Whole per cent, rounded down; absent for an empty file or an unknown size. */
  readonly percent?: number;
  /** Bytes per second, over the last seconds. */
  readonly rate: number;
  /** Seconds until the file is complete at this rate; absent if the rate is 0 or the size unknown. */
  readonly eta?: number;
  readonly path: GetPath;
}

/** How the bytes travel: directly, or through a TURN server. Unknown without a connection. */
export type GetPath = "direct" | "relayed" | "unknown";

export interface GetDoneEvent {
  readonly event: "done";
  readonly file: string;
  readonly size: number;
  /** Bytes downloaded by this run. */
  readonly fetched: number;
  /** Since `ready`. */
  readonly seconds: number;
  /** Hash of the whole file in hex, if requested. */
  readonly sha256?: string;
}

export interface GetStoppedEvent {
  readonly event: "stopped";
  readonly reason: StopReason;
  /** Bytes present. */
  readonly bytes: number;
  /** Whether the same command continues there. */
  readonly resumable: boolean;
}

export type GetReporter = (event: GetEvent) => void;
