/** What `rangecast get` has to tell, whoever reads it. These are also the lines of `--json`: a field's name and meaning stay. */
import type { StopReason } from "../../share/report/share-event.ts";

export type GetEvent =
  | { readonly event: "connecting" }
  | GetReadyEvent
  /** The bytes that were there are read again, for the hash of the whole. */
  | { readonly event: "hashing"; readonly bytes: number }
  | GetProgressEvent
  /** The connection is lost, and tried again after so many seconds. */
  | { readonly event: "reconnecting"; readonly reason: string; readonly message: string; readonly wait: number }
  | { readonly event: "reconnected" }
  /** No connection yet, and the doctor's checks found what does not work: its check, a clause, and what to do. */
  | { readonly event: "trouble"; readonly check: string; readonly found: string; readonly advice: string }
  | GetDoneEvent
  | GetStoppedEvent;

export interface GetReadyEvent {
  readonly event: "ready";
  /** The host's name for it, whatever that is. */
  readonly name: string;
  /** Bytes; absent where the host doesn't know it. */
  readonly size?: number;
  /** What the host guesses, where it doesn't know it; absent where it doesn't guess either. */
  readonly estimatedSize?: number;
  /** Where it is saved: an absolute path, or `-` for standard output. */
  readonly file: string;
  /** Bytes that are there already. */
  readonly resumed: number;
  /** As the host says. */
  readonly mediaType?: string;
  /** What a person should know, a sentence or two each. */
  readonly notices: readonly string[];
}

export interface GetProgressEvent {
  readonly event: "progress";
  /** Bytes that are there, those of earlier runs included. */
  readonly bytes: number;
  /** Absent where the host doesn't know it. */
  readonly size?: number;
  /** Whole per cent, rounded down; absent for an empty file, and where the size isn't known. */
  readonly percent?: number;
  /** Bytes a second, over the last seconds. */
  readonly rate: number;
  /** Seconds until it is whole at this rate; absent while nothing moves, and where the size isn't known. */
  readonly eta?: number;
  readonly path: GetPath;
}

/** How the bytes travel: straight, or through a TURN server; not known while there is no connection. */
export type GetPath = "direct" | "relayed" | "unknown";

export interface GetDoneEvent {
  readonly event: "done";
  readonly file: string;
  readonly size: number;
  /** Bytes that were fetched by this run. */
  readonly fetched: number;
  /** Since `ready`. */
  readonly seconds: number;
  /** Of the whole file, hex; where it was asked for. */
  readonly sha256?: string;
}

export interface GetStoppedEvent {
  readonly event: "stopped";
  readonly reason: StopReason;
  /** Bytes that are there. */
  readonly bytes: number;
  /** Whether the same command goes on there. */
  readonly resumable: boolean;
}

export type GetReporter = (event: GetEvent) => void;
