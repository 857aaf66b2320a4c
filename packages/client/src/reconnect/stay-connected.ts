import { abortable, createDeferred, type Deferred } from "@rangecast/base";
import { abortedError, ClientError } from "../client-error.ts";
import { byteStream, readAll } from "../scheduling/byte-stream.ts";
import { knownEnd, openReader } from "../scheduling/open-reader.ts";
import type { Reader } from "../scheduling/reader.ts";
import type { CloseReason } from "../session/client-state.ts";
import type { Connection } from "../session/connection.ts";
import type { Connect } from "./attempts.ts";
import { FileVersionReader, type FileVersion, sameVersion } from "./file-version-reader.ts";
import { PendingReader } from "./pending-reader.ts";
import type { ReconnectingFile, ReconnectingReadOptions, ReconnectingStats } from "./reconnecting-file.ts";
import type { ReconnectingState } from "./reconnecting-state.ts";
import { type ReconnectPolicy, Supervisor } from "./supervisor.ts";

export interface ReconnectingOptions extends ReconnectPolicy {
  /** Called with the first state, and after each change. */
  readonly onState?: (state: ReconnectingState) => void;
  /** Called with each version before the state is `connected`. Streams of the version before it have failed by then. */
  readonly onVersion?: (version: FileVersion) => void;
  /** Called with an unexpected error, a bug of ours, before it ends the file. @default the error is thrown as an uncaught one */
  readonly onFault?: (error: unknown) => void;
  /** Closes the file. */
  readonly signal?: AbortSignal;
}

export interface StayConnectedOptions extends ReconnectingOptions {
  /** Makes one attempt to open a session, such as dialShare or dialPlain. Called for each attempt. */
  readonly connect: Connect;
}

/** Opens a file over any number of sessions, one after another. It starts to connect at once. */
export function stayConnected(options: StayConnectedOptions): ReconnectingFile {
  const file = new SupervisedFile(options);
  file.start();
  return file;
}

class SupervisedFile implements ReconnectingFile {
  readonly #options: StayConnectedOptions;
  readonly #supervisor: Supervisor;
  /** The last version; it may have ended. */
  #reader: FileVersionReader | undefined;
  #next: Deferred<FileVersionReader> = createDeferred<FileVersionReader>();
  #ended: ClientError | undefined;
  #sessions = 0;
  /** Totals of the sessions that are over. */
  #pastBytes = 0;
  #pastDrops = 0;

  constructor(options: StayConnectedOptions) {
    this.#options = options;
    this.#supervisor = new Supervisor({
      ...options,
      onState: (state) => options.onState?.(state),
      onSession: (next, previous) => this.#takeSession(next, previous),
      onLost: (connection) => this.#removeSession(connection),
      onEnded: (error) => this.#end(error),
      onFault: options.onFault ?? throwUncaught,
    });
  }

  start(): void {
    const { signal } = this.#options;
    const onAbort = (): void => void this.close();
    signal?.addEventListener("abort", onAbort, { once: true });
    void this.closed.then(() => signal?.removeEventListener("abort", onAbort));
    if (signal?.aborted) onAbort();
    this.#supervisor.start();
  }

  get state(): ReconnectingState {
    return this.#supervisor.state;
  }

  get version(): FileVersion | undefined {
    return this.#readable?.version;
  }

  get closed(): Promise<CloseReason> {
    return this.#supervisor.closed;
  }

  async opened(signal?: AbortSignal): Promise<FileVersion> {
    return (await this.#open({}, signal)).version;
  }

  stream({ signal, ...options }: ReconnectingReadOptions = {}): ReadableStream<Uint8Array> {
    const reader = this.#readable;
    if (reader !== undefined && isRequested(reader, options)) return byteStream(openRange(reader, options), signal);
    return byteStream(new PendingReader(async (stop) => openRange(await this.#open(options, stop), options)), signal);
  }

  async read({ signal, ...options }: ReconnectingReadOptions): Promise<Uint8Array<ArrayBuffer>> {
    const opened = await this.#open(options, signal);
    const { start = 0, end = knownEnd(opened.version) } = options;
    const reader = openRange(opened, options);
    return readAll(reader, reader.failed ? 0 : end - start, signal);
  }

  path(): ReturnType<ReconnectingFile["path"]> {
    return this.#supervisor.current?.path() ?? Promise.resolve(undefined);
  }

  stats(): ReconnectingStats {
    const now = this.#supervisor.current?.stats();
    return {
      receivedBytes: this.#pastBytes + (now?.receivedBytes ?? 0),
      droppedMessages: this.#pastDrops + (now?.droppedMessages ?? 0),
      ...(now?.rttMs === undefined ? {} : { rttMs: now.rttMs }),
      sessions: this.#sessions,
    };
  }

  retry(): void {
    this.#supervisor.retry();
  }

  renew(): void {
    this.#supervisor.renew();
  }

  networkChanged(): void {
    this.#supervisor.networkChanged();
  }

  close(): Promise<void> {
    return this.#supervisor.close();
  }

  /** The version that can be read; undefined before the first one, and between one and the next. */
  get #readable(): FileVersionReader | undefined {
    return this.#reader?.ended === undefined ? this.#reader : undefined;
  }

  async #open(options: ReconnectingReadOptions, signal?: AbortSignal): Promise<FileVersionReader> {
    if (this.#ended !== undefined) throw this.#ended;
    // The id of any other version is an old one, or from another file.
    if (options.version !== undefined && options.version !== this.#reader?.version.id) throw changed();
    const reader = this.#readable ?? (await this.#nextReader(signal));
    if (!isRequested(reader, options)) throw changed();
    return reader;
  }

  async #nextReader(signal: AbortSignal | undefined): Promise<FileVersionReader> {
    try {
      return await abortable(this.#next.promise, signal);
    } catch (error) {
      throw signal?.aborted === true ? abortedError(signal) : error;
    }
  }

  #takeSession(next: Connection, previous: Connection | undefined): void {
    this.#sessions += 1;
    const reader = this.#reader;
    const accepted = reader?.accepts(next) ?? false;
    if (accepted) reader?.add(next); // Before the previous one is removed, so that there is always one.
    if (previous !== undefined) this.#removeSession(previous);
    if (accepted) return;
    reader?.end(changed());
    // A file that was gone and is put back is the version that it was before.
    const id = reader !== undefined && sameVersion(reader.version, next.facts) ? reader.version.id : String(this.#sessions);
    const fresh = new FileVersionReader(id, next.facts, (error) => this.#outdate(fresh, error));
    this.#reader = fresh;
    fresh.add(next);
    this.#next.resolve(fresh);
    this.#next = createDeferred<FileVersionReader>();
    this.#options.onVersion?.(fresh.version);
  }

  #removeSession(connection: Connection): void {
    const { receivedBytes, droppedMessages } = connection.stats();
    this.#pastBytes += receivedBytes;
    this.#pastDrops += droppedMessages;
    this.#reader?.remove(connection);
  }

  /** The host reports that it no longer has these bytes. */
  #outdate(reader: FileVersionReader, error: ClientError): void {
    if (reader !== this.#reader || reader.ended !== undefined) return;
    reader.end(error);
    this.#supervisor.outdated(error);
  }

  #end(error: ClientError): void {
    this.#ended = error;
    this.#reader?.end(error);
    this.#next.reject(error);
  }
}

function isRequested({ version }: FileVersionReader, { version: requested }: ReconnectingReadOptions): boolean {
  return requested === undefined || requested === version.id;
}

function openRange(
  { scheduler, version }: FileVersionReader,
  { version: _version, signal: _signal, ...range }: ReconnectingReadOptions,
): Reader {
  return openReader(scheduler, version, range);
}

function changed(): ClientError {
  return new ClientError("file-changed", "the host has another version of the file now");
}

function throwUncaught(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
