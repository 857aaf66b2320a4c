/* What the page asks its engine, mostly about a share of folders, and the answers. Paths are percent-encoded, as in a URL; that of the root is empty. */
import type { FileFacts } from "@rangecast/http";

/** A share that is a folder. */
export interface FolderShare {
  /** The folder's name, as the host states it. */
  readonly name: string;
  /** Whether the host makes a zip of each folder. */
  readonly zip: boolean;
}

/** The entries of a folder, in columns of the same length: 50,000 objects would take ten times as long to copy between threads. */
export interface FolderColumns {
  /** Bytes that are not UTF-8 are U+FFFD here. */
  readonly names: readonly string[];
  /** The names, percent-encoded, of entries whose name isn't UTF-8; by index. */
  readonly exact: ReadonlyMap<number, string>;
  /** 1 for a folder, 0 for a file. */
  readonly folders: Uint8Array;
  /** Bytes; 0 for a folder. */
  readonly sizes: Float64Array;
  /** Last modification, milliseconds since 1970. */
  readonly times: Float64Array;
  /** Number of things in the folder that are not shared, such as symbolic links. */
  readonly skipped: number;
}

export type FolderQuestion =
  /** What is in the folder? */
  | { readonly kind: "list"; readonly path: string }
  /** What is the file now? */
  | { readonly kind: "file"; readonly path: string };

export type Question =
  | FolderQuestion
  /** How is the connection? */
  | { readonly kind: "link" };

/** The connection, as the engine measures it. */
export interface LinkStats {
  /** Bytes that have arrived since the page was opened. */
  readonly receivedBytes: number;
  /** Through the channel, milliseconds. */
  readonly rttMs?: number;
  /** Bytes that may be requested at the same time. */
  readonly windowBytes?: number;
}

/**
 * Why there is no answer: `not-found` (the host has nothing there, or something of the other kind), `unreadable` (it can't read it now), `damaged` (its
 * answer is not what a host may send), `failed` (the connection has ended, or the question was withdrawn).
 */
export type QuestionFailure = "not-found" | "unreadable" | "damaged" | "failed";

export type Answer =
  | { readonly kind: "list"; readonly list: FolderColumns }
  | { readonly kind: "file"; readonly facts: FileFacts }
  | ({ readonly kind: "link" } & LinkStats)
  | { readonly kind: "failed"; readonly reason: QuestionFailure };
