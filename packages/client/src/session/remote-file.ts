import type { ByteRange } from "@rangecast/base";
import type { SelectedPath } from "@rangecast/rtc";
import { ClientError } from "../client-error.ts";
import { byteStream, readAll } from "../scheduling/byte-stream.ts";
import { knownEnd, openReader } from "../scheduling/open-reader.ts";
import type { Priority } from "../scheduling/reader.ts";
import { Scheduler } from "../scheduling/scheduler.ts";
import type { ClientState, CloseReason } from "./client-state.ts";
import type { Connection, FileStats } from "./connection.ts";
import type { FileFacts } from "./file-facts.ts";

export interface ReadOptions extends Partial<ByteRange> {
  /** First byte. @default 0 */
  readonly start?: number;
  /** The byte after the last. @default the file's size */
  readonly end?: number;
  /**
   * `interactive` reads (a seek, the start of a video, an image) come before `background` ones (a download, reading ahead), which share what is left.
   * @default "interactive"
   */
  readonly priority?: Priority;
  /** Cancels the read and its requests. */
  readonly signal?: AbortSignal;
}

/** A file on the host's disk. Name, size and type are what the host states; none of it is verified. */
export interface RemoteFile extends Omit<FileFacts, "features"> {
  readonly state: ClientState;
  /** Resolves to the reason when the file is closed. Never rejects. */
  readonly closed: Promise<CloseReason>;
  /**
   * Streams the bytes from `start` up to but not including `end`, with back-pressure: requests are at most a bounded number of bytes ahead of the consumer.
   * Nothing is requested before the first read. Cancelling the stream, or aborting the signal, cancels the requests. A chunk's buffer belongs to it alone,
   * but the chunk may start within the buffer. If a byte is missing the stream errors with a {@link ClientError}; it never closes short (C-9). If the size
   * is provisional, a stream without an `end` closes only if the host flagged its last chunk. A range outside the file errors with `out-of-range`.
   * @throws a RangeError if start or end isn't an integer
   */
  stream(options?: ReadOptions): ReadableStream<Uint8Array>;
  /** Reads a range into memory. @throws {ClientError}; `unsupported` if the size is provisional and there is no `end` */
  read(options: ReadOptions): Promise<Uint8Array<ArrayBuffer>>;
  /** The path that the bytes take; undefined if it is not known. */
  path(): Promise<SelectedPath | undefined>;
  stats(): FileStats;
  /** Closes the connection: streams error with `closed`, and a `bye` is posted within a bounded time. Idempotent. */
  close(): Promise<void>;
}

/** The file of one connection. Closing one closes the other. */
export function createRemoteFile(connection: Connection, state: () => ClientState): RemoteFile {
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
      return state();
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
