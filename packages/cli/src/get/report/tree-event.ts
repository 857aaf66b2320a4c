/** The events of `rangecast get` for a folder. They are also the lines of `--json`. Paths may contain any characters. */
import type { GetPath } from "./get-event.ts";

export type TreeEvent = TreeReadyEvent | TreeProgressEvent | TreeFileEvent | TreeDoneEvent;

export interface TreeReadyEvent {
  readonly event: "tree-ready";
  /** The name that the host gave the folder. */
  readonly name: string;
  /** Where it is saved: an absolute path. */
  readonly folder: string;
  readonly notices: readonly string[];
}

export interface TreeProgressEvent {
  readonly event: "tree-progress";
  /** Files that need nothing more, and those that were listed so far. */
  readonly files: number;
  readonly knownFiles: number;
  /** Bytes present, including those of earlier runs, and bytes of the files that were listed so far. */
  readonly bytes: number;
  readonly knownBytes: number;
  /** Whole per cent of the known bytes, rounded down; absent if there are none. */
  readonly percent?: number;
  /** Bytes per second, over the last seconds. */
  readonly rate: number;
  /** Seconds until the known bytes are present at this rate; absent if the rate is 0. */
  readonly eta?: number;
  readonly path: GetPath;
  /** The present file: of those under way, the one with the most bytes to go. Absent if there is none. */
  readonly file?: { readonly path: string; readonly bytes: number; readonly size: number };
}

/** What became of one file. `path` is relative to the share, `file` is the absolute path where it is saved. */
export type TreeFileEvent =
  | { readonly event: "file-saved"; readonly path: string; readonly size: number; readonly file: string }
  /** Something else is there, and is left as it is. */
  | { readonly event: "file-exists"; readonly path: string; readonly file: string }
  /** A file or folder could not be downloaded; `message` is a clause. */
  | { readonly event: "file-failed"; readonly path: string; readonly reason: string; readonly message: string }
  /** Of a dry run. */
  | { readonly event: "would-fetch"; readonly path: string; readonly size: number; readonly file: string };

export interface TreeDoneEvent {
  readonly event: "tree-done";
  readonly folder: string;
  /** Whether nothing was downloaded: see `--dry-run`. */
  readonly dryRun: boolean;
  /** Files that this run saved, or would save; that were there already; that are not replaced; files and folders that failed. */
  readonly saved: number;
  readonly finished: number;
  readonly existing: number;
  readonly failed: number;
  /** Entries that the host left out, such as links. */
  readonly skipped: number;
  /** Bytes of the saved and the finished files. */
  readonly size: number;
  /** Bytes downloaded by this run. */
  readonly fetched: number;
  /** Since `tree-ready`. */
  readonly seconds: number;
}
