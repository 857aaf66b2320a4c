import type { SelectedPath } from "@rangecast/rtc";
import type { ByteRange } from "@rangecast/base";
import { byteStream, readAll } from "../scheduling/byte-stream.ts";
import { ClientError } from "../client-error.ts";
import type { ClientState, CloseReason, StateTracker } from "./client-state.ts";
import type { Connection, FileStats } from "./connection.ts";
import type { Priority } from "../scheduling/reader.ts";
import { knownEnd, openReader } from "../scheduling/open-reader.ts";
import { Scheduler } from "../scheduling/scheduler.ts";

export interface ReadOptions extends Partial<ByteRange> {
  /** First byte. @default 0 */
  readonly start?: number;
  /** The byte after the last. @default the file's size */
  readonly end?: number;
  /**
   * Who waits for the bytes: what a person waits for (`interactive`: a seek, the start of a video, an image) overtakes `background` (a download, reading
   * ahead), which gets what is left. @default "interactive"
   */
  readonly priority?: Priority;
  /** Cancels: nothing more is asked for, and what is on its way is stopped. */
  readonly signal?: AbortSignal;
}

/** A file on the host's disk. What it says of itself is the host's word. */
export interface RemoteFile {
  /** To be shown; never a path to trust. */
  readonly name: string;
  /** Bytes. Where {@link provisional}, an estimate, and 0 where the host gives none. */
  readonly size: number;
  /** The size is not the file's: the host transcodes, or can't say. The file ends where the host says that it does. */
  readonly provisional?: true;
  /** Such as `video/mp4`; from hosts that announce it. */
  readonly mediaType?: string;
  /** Strong validator, from hosts that announce one: two equal ones mean the same bytes. */
  readonly etag?: string;
  /** Last modification, milliseconds since 1970, from hosts that announce it. */
  readonly modifiedMs?: number;
  readonly state: ClientState;
  /** Resolves when the file is closed, with why. Never rejects. */
  readonly closed: Promise<CloseReason>;
  /**
   * The bytes from `start` up to but not including `end`, with back-pressure: only so much is asked of the host as the consumer takes, and a bound beyond.
   * Nothing is asked for before the first read. Cancel it, or its signal, to stop what is on its way. Chunks own their buffers, and may start within them.
   * It errors with a {@link ClientError} whenever a byte is missing; it never closes short. Where the size is provisional, a stream without an `end` closes
   * only if the host marked its last chunk as the last. A range outside the file errors with `out-of-range`.
   * @throws a RangeError for what is no range of integers
   */
  stream(options?: ReadOptions): ReadableStream<Uint8Array>;
  /** The same in one piece of memory. @throws {ClientError}; `unsupported` without an `end` where the size is provisional */
  read(options: ReadOptions): Promise<Uint8Array<ArrayBuffer>>;
  /** How the bytes go; undefined when nothing is known of it. */
  path(): Promise<SelectedPath | undefined>;
  stats(): FileStats;
  /** Closes: streams error with `closed`, and the relay is told, within a bound. Idempotent. */
  close(): Promise<void>;
}

/** The file of one connection: it is closed with it. */
export function createRemoteFile(connection: Connection, tracker: StateTracker): RemoteFile {
  const { source } = connection;
  const scheduler = new Scheduler();
  scheduler.addSource(source);
  const closed = connection.closed.then((why) => {
    scheduler.removeSource(source);
    scheduler.end(new ClientError(why.reason, why.message));
    return why;
  });
  const { name, size, provisional, mediaType, etag, modifiedMs } = connection.facts;
  return {
    name,
    size,
    ...(provisional === undefined ? {} : { provisional }),
    ...(mediaType === undefined ? {} : { mediaType }),
    ...(etag === undefined ? {} : { etag }),
    ...(modifiedMs === undefined ? {} : { modifiedMs }),
    closed,
    get state() {
      return tracker.state;
    },
    stream: ({ signal, ...range } = {}) => byteStream(openReader(scheduler, connection.facts, range), signal),
    async read({ signal, ...range }) {
      const { start = 0, end = knownEnd(connection.facts) } = range;
      const reader = openReader(scheduler, connection.facts, range);
      return readAll(reader, reader.failed ? 0 : end - start, signal);
    },
    path: () => connection.path(),
    stats: () => connection.stats(),
    close: () => connection.close(),
  };
}
