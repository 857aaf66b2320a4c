import type { SelectedPath } from "@rangecast/rtc";
import type { CloseReason } from "../session/client-state.ts";
import type { FileStats } from "../session/connection.ts";
import type { ReadOptions } from "../session/remote-file.ts";
import type { FileVersion } from "./file-version-reader.ts";
import type { ReconnectingState } from "./reconnecting-state.ts";

export interface ReconnectingReadOptions extends ReadOptions {
  /**
   * The id of the version that is meant: if the file is another one by now, reading it errors with `file-changed`. Name it wherever more than one stream
   * goes into the same copy. @default the one that is there, or the next that comes
   */
  readonly version?: string;
}

export interface ReconnectingStats extends FileStats {
  /** Sessions that were greeted so far. */
  readonly sessions: number;
}

/**
 * A file that outlasts its sessions: they come and go, and what is read goes on at the same byte with the next one that brings the same bytes.
 * Only a strong validator proves that two sessions do; from a host that announces none, every session brings another version.
 */
export interface ReconnectingFile {
  readonly state: ReconnectingState;
  /** What is served now, or was when the last session stood; undefined before the first session, and once a host has said that it changed. */
  readonly version: FileVersion | undefined;
  /** Resolves when it is over for good, with why. Never rejects. */
  readonly closed: Promise<CloseReason>;
  /** The version that is there, or the next one. @throws {ClientError} why none will come; `aborted` */
  opened(signal?: AbortSignal): Promise<FileVersion>;
  /**
   * The bytes from `start` up to but not including `end`, as RemoteFile gives them. While no session stands it waits, as long as it takes. It errors with a
   * {@link ClientError}: its own signal's `aborted`; why it is over for good; `file-changed`; or what kept the host from reading the file.
   * @throws a RangeError for what is no range of integers, where the size is known already
   */
  stream(options?: ReconnectingReadOptions): ReadableStream<Uint8Array>;
  /** The same in one piece of memory. @throws {ClientError} */
  read(options: ReconnectingReadOptions): Promise<Uint8Array<ArrayBuffer>>;
  /** How the bytes go; undefined while no session stands. */
  path(): Promise<SelectedPath | undefined>;
  /** Over all sessions. */
  stats(): ReconnectingStats;
  /** Tries now instead of later: the person says so. */
  retry(): void;
  /** Opens a new session in the place of the one that stands, to hear what the file is now. Streams go on if it is the same. */
  renew(): void;
  /** The network changed, or the page was in the background: asks the host whether it is there, and begins anew what was under way. */
  networkChanged(): void;
  /** Streams error with `closed`, and the relay is told, within a bound. Idempotent. */
  close(): Promise<void>;
}
