import type { SelectedPath } from "@rangecast/rtc";
import type { FolderList } from "@rangecast/wire";
import type { ClientError } from "../client-error.ts";
import type { CloseReason } from "../session/client-state.ts";
import type { FileStats } from "../session/connection.ts";
import type { ReadOptions, RemoteResource } from "../session/remote-file.ts";
import type { FileVersion } from "./resource-version.ts";
import type { ReconnectingState } from "./reconnecting-state.ts";

export interface ReconnectingReadOptions extends ReadOptions {
  /**
   * The id of the version to read. If the host has another version by then, the stream fails with `file-changed`. Set it if several streams are joined into
   * one copy. @default the current version, or else the next one
   */
  readonly version?: string;
}

/**
 * One version of another resource of the share, over any number of sessions: each opens it again by its path. If a session has another version, or none, its
 * streams fail with `file-changed` or `file-gone`, and it must be opened again. While the host can't read it, its streams wait.
 */
export interface ReconnectingResource extends RemoteResource {
  /** Why it can't be read any more; undefined while it can. */
  readonly ended: ClientError | undefined;
}

export interface ReconnectingStats extends FileStats {
  /** Number of sessions so far that reached HELLO. */
  readonly sessions: number;
}

/**
 * A file that reconnects. A stream continues at the same byte over the next session that serves the same bytes. Only a strong validator proves that two
 * sessions do; without one, each session brings another version.
 */
export interface ReconnectingFile {
  readonly state: ReconnectingState;
  /** The version that the current session serves, or the last one served. Undefined before the first session, and after a host reported that the file changed. */
  readonly version: FileVersion | undefined;
  /** Resolves with the reason when the file has ended for good. Never rejects. */
  readonly closed: Promise<CloseReason>;
  /** Resolves to the current version, or else to the next one. @throws {ClientError} the error with which the file ended; `aborted` */
  opened(signal?: AbortSignal): Promise<FileVersion>;
  /**
   * The bytes from `start` up to but not including `end`, as in RemoteFile. While there is no session, the stream waits. It fails with a {@link ClientError}:
   * `aborted` by its own signal; the error with which the file ended; `file-changed`; or the reason why the host can't read the file.
   * @throws a RangeError if the range is not one of integers, and the size is known already
   */
  stream(options?: ReconnectingReadOptions): ReadableStream<Uint8Array>;
  /** The same as one array. @throws {ClientError} */
  read(options: ReconnectingReadOptions): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Opens another resource of the share, by its path: names separated by `/`. A text is sent as UTF-8. Waits for a session while there is none.
   * @throws {ClientError} `file-gone` if there is none; `unreadable`; `busy` if too many are open; `unsupported` by the host; `aborted`; the error with which
   * the file ended
   */
  open(path: string | Uint8Array, options?: { readonly signal?: AbortSignal }): Promise<ReconnectingResource>;
  /**
   * Lists a folder of the share, if that is one: see isFolder. The path of an entry is the folder's path, `/`, and its name; in the root, its name alone. Read
   * it again to see changes.
   * @param path the folder's path; empty for the root
   * @throws {ClientError} as {@link open}; `unsupported` if the share is a file, or the list is too long; `protocol-error` if it is none
   */
  readFolder(path: Uint8Array, options?: { readonly signal?: AbortSignal }): Promise<FolderList>;
  /** The network path of the current session; undefined without one. */
  path(): Promise<SelectedPath | undefined>;
  /** Totals of all sessions. */
  stats(): ReconnectingStats;
  /** Starts an attempt now that waits for its time: for a "Try now" button. */
  retry(): void;
  /** Opens a new session in place of the current one, to learn what the file is now. Streams continue if it is the same version. */
  renew(): void;
  /** Call it when the network changed, or the page comes to the foreground: probes the host, and restarts an attempt in progress. */
  networkChanged(): void;
  /** Ends the file: streams fail with `closed`. Resolves when the sessions are closed, within a few seconds. Idempotent. */
  close(): Promise<void>;
}
