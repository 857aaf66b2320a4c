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

/** What a path names: a file, or a page that shows what is there. */
export type LocalEntry = { readonly kind: "file"; readonly file: LocalFile } | { readonly kind: "page"; readonly shown: ShownFile };

/** A file as the page shows it. */
export interface ShownFile extends FileFacts {
  /** Its address, relative to the page. */
  readonly href: string;
}

export interface LocalContent {
  /** Path of the main thing, percent-encoded: the file, or empty for the page. */
  readonly path: string;
  /**
   * @param names of the path below the secret, decoded; none for the page
   * @throws {LocalError}
   */
  find(names: readonly string[], signal: AbortSignal): Promise<LocalEntry>;
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
