import type { ByteRange } from "@rangecast/base";
import type { SelectedPath } from "@rangecast/rtc";
import { MAX_PATH_BYTES } from "@rangecast/wire";
import { ClientError } from "../client-error.ts";
import { byteStream, readAll } from "../scheduling/byte-stream.ts";
import { knownEnd, openReader, type ReaderOptions } from "../scheduling/open-reader.ts";
import type { Priority, Reader } from "../scheduling/reader.ts";
import type { ReadTarget } from "../scheduling/read-target.ts";
import { Scheduler } from "../scheduling/scheduler.ts";
import type { ClientState, CloseReason } from "./client-state.ts";
import type { Connection, FileStats } from "./connection.ts";
import type { FileFacts, ResourceFacts } from "./file-facts.ts";

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

/** Reads a resource by ranges. */
export interface RangeReads {
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
}

/** Another resource of the share than its file. Its facts are what the host states; none of them is verified. */
export interface RemoteResource extends ResourceFacts, RangeReads {
  /** Fails its streams with `closed`, and frees what the host holds for it. Idempotent. */
  close(): void;
}

/** A file on the host's disk. Name, size and type are what the host states; none of it is verified. */
export interface RemoteFile extends Omit<FileFacts, "features">, RangeReads {
  readonly state: ClientState;
  /** Resolves to the reason when the file is closed. Never rejects. */
  readonly closed: Promise<CloseReason>;
  /**
   * Opens another resource of the share, by its path: names separated by `/`. A text is sent as UTF-8.
   * @throws {ClientError} `file-gone` if there is none; `unreadable`; `busy` if too many are open; `unsupported` by the host; why the connection ended
   */
  open(path: string | Uint8Array, options?: { readonly signal?: AbortSignal }): Promise<RemoteResource>;
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
    ...rangeReads(scheduler, connection.facts),
    async open(path, { signal } = {}) {
      const { handle, facts } = await connection.open(pathBytes(path), signal);
      let failure: ClientError | undefined;
      const target: ReadTarget = {
        handleAt: () => handle,
        get ended() {
          return failure;
        },
      };
      return {
        ...facts,
        ...rangeReads(scheduler, facts, target),
        close: () => {
          if (failure !== undefined) return;
          failure = new ClientError("closed", "closed by this side");
          scheduler.targetChanged();
          connection.closeHandle(handle);
        },
      };
    },
    path: () => connection.path(),
    stats: () => connection.stats(),
    close: () => connection.close(),
  };
}

/** Reads of one resource through a scheduler. @param target the session's file by default */
export function rangeReads(scheduler: Scheduler, facts: ResourceFacts, target?: ReadTarget): RangeReads {
  const open = (range: ReaderOptions): Reader => openReader(scheduler, facts, target === undefined ? range : { ...range, target });
  return {
    stream: ({ signal, ...range } = {}) => byteStream(open(range), signal),
    async read({ signal, ...range }) {
      const { start = 0, end = knownEnd(facts) } = range;
      const reader = open(range);
      return readAll(reader, reader.failed ? 0 : end - start, signal);
    },
  };
}

/** The bytes of a path, in a buffer of their own. @throws {RangeError} for one that is empty or too long for the wire */
export function pathBytes(path: string | Uint8Array): Uint8Array {
  const bytes = typeof path === "string" ? new TextEncoder().encode(path) : path.slice();
  if (bytes.byteLength > 0 && bytes.byteLength <= MAX_PATH_BYTES) return bytes;
  throw new RangeError(`a path has 1 to ${MAX_PATH_BYTES} bytes, not ${bytes.byteLength}`);
}
