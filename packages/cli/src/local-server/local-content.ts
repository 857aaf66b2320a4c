/** What the local server serves: the interface between it and the commands. */
import { ExpectedError } from "@rangecast/base";
import type { ByteRange, FileFacts } from "@rangecast/http";

/** One version of a file, opened for one response. */
export interface LocalFile extends FileFacts {
  /**
   * The bytes of a range, in order, all of this version; an `end` of Infinity means up to the end. Throws instead of ending short or mixing versions. When
   * `signal` aborts, it stops reading at once.
   */
  read(range: ByteRange, signal: AbortSignal): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

/** What a path names: a file, a page that shows one, or a folder, as a page or as a playlist. */
export type LocalEntry =
  | { readonly kind: "file"; readonly file: LocalFile }
  | { readonly kind: "page"; readonly shown: ShownFile }
  | { readonly kind: "folder"; readonly shown: ShownFolder };

/** A file as the page shows it. */
export interface ShownFile extends FileFacts {
  /** Its address, relative to the page. */
  readonly href: string;
}

/** A folder as its page shows it. */
export interface ShownFolder {
  /** The host's text. */
  readonly name: string;
  /** It has no folder above it. */
  readonly isTop: boolean;
  readonly entries: readonly ShownEntry[];
  /** Entries that are left out: neither files nor folders, or not readable. */
  readonly skipped: number;
}

export interface ShownEntry {
  readonly name: string;
  /** Relative to the page, percent-encoded; that of a folder ends with a slash. */
  readonly href: string;
  readonly kind: "file" | "folder";
  /** Bytes; 0 for a folder. */
  readonly size: number;
}

export interface LocalContent {
  /** Path of the main thing, percent-encoded: the file, or empty for the page. */
  readonly path: string;
  /** Path of what a player is to be given. @default the main thing */
  readonly playerPath?: string;
  /**
   * @param names of the path below the secret, decoded; none for the page
   * @throws {LocalError}
   */
  find(names: readonly Buffer[], signal: AbortSignal): Promise<LocalEntry>;
}

/**
 * Why something can't be served:
 * - `not-found`: nothing has this path
 * - `unavailable`: it can't be read now
 * - `changed`: the file changed during a response
 */
export type LocalErrorReason = "not-found" | "unavailable" | "changed";

export class LocalError extends ExpectedError<LocalErrorReason> {
  override readonly name = "LocalError";
}
