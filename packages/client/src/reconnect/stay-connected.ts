import { byteStream, readAll } from "../scheduling/byte-stream.ts";
import { ClientError } from "../client-error.ts";
import type { CloseReason } from "../session/client-state.ts";
import type { Connection } from "../session/connection.ts";
import { createDeferred, type Deferred } from "@rangecast/base";
import { knownEnd, openReader } from "../scheduling/open-reader.ts";
import type { Reader } from "../scheduling/reader.ts";
import type { Connect } from "./attempts.ts";
import { FileVersionReader, type FileVersion } from "./file-version-reader.ts";
import type { ReconnectingFile, ReconnectingReadOptions, ReconnectingStats } from "./reconnecting-file.ts";
import type { ReconnectingState } from "./reconnecting-state.ts";
import { PendingReader } from "./pending-reader.ts";
import { Supervisor } from "./supervisor.ts";
import { untilAborted } from "./until-aborted.ts";

export interface ReconnectingOptions {
  /** Told of the first state and of each change. */
  readonly onState?: (state: ReconnectingState) => void;
  /** Told of each version, before the state says `connected`. Streams of the one before it have errored by then. */
  readonly onVersion?: (version: FileVersion) => void;
  /** Closes it. */
  readonly signal?: AbortSignal;
}

export interface StayConnectedOptions extends ReconnectingOptions {
  /** One attempt at one session, such as dialShare or dialPlain. It is called again and again. */
  readonly connect: Connect;
}

/** A file over as many sessions as it takes. It begins to connect at once. */
export function stayConnected(options: StayConnectedOptions): ReconnectingFile {
  const file = new SupervisedFile(options);
  file.start();
  return file;
}

class SupervisedFile implements ReconnectingFile {
  readonly #options: StayConnectedOptions;
  readonly #supervisor: Supervisor;
  #edition: FileVersionReader | undefined;
  #next: Deferred<FileVersionReader> = createDeferred<FileVersionReader>();
  #ended: ClientError | undefined;
  #sessions = 0;
  /** Of sessions that are over. */
  #pastBytes = 0;
  #pastDrops = 0;

  constructor(options: StayConnectedOptions) {
    this.#options = options;
    this.#supervisor = new Supervisor({
      connect: options.connect,
      onState: (state) => options.onState?.(state),
      onSession: (next, previous) => this.#takeSession(next, previous),
      onLost: (connection) => this.#removeSession(connection),
      onEnded: (error) => this.#end(error),
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
    const edition = this.#readable;
    if (edition !== undefined && isMeant(edition, options)) return byteStream(readerOf(edition, options), signal);
    return byteStream(new PendingReader(async (stop) => readerOf(await this.#open(options, stop), options)), signal);
  }

  async read({ signal, ...options }: ReconnectingReadOptions): Promise<Uint8Array<ArrayBuffer>> {
    const edition = await this.#open(options, signal);
    const { start = 0, end = knownEnd(edition.version) } = options;
    const reader = readerOf(edition, options);
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

  /** The version that can be read; undefined before the first, and between one and the next. */
  get #readable(): FileVersionReader | undefined {
    return this.#edition?.over === undefined ? this.#edition : undefined;
  }

  async #open(options: ReconnectingReadOptions, signal: AbortSignal | undefined): Promise<FileVersionReader> {
    if (this.#ended !== undefined) throw this.#ended;
    const edition = this.#readable;
    // A version that is asked for by its id was there: if it isn't now, it won't come again.
    if (options.version !== undefined && edition?.version.id !== options.version) throw changed();
    return edition ?? untilAborted(this.#next.promise, signal);
  }

  #takeSession(next: Connection, previous: Connection | undefined): void {
    this.#sessions += 1;
    const edition = this.#edition;
    const same = edition?.isOf(next) ?? false;
    if (same) edition?.add(next); // Before the other is taken away, so that not a moment is without one.
    if (previous !== undefined) this.#removeSession(previous);
    if (same) return;
    edition?.end(changed());
    const fresh = new FileVersionReader(String(this.#sessions), next.facts, (error) => this.#outdate(fresh, error));
    this.#edition = fresh;
    fresh.add(next);
    this.#next.resolve(fresh);
    this.#next = createDeferred<FileVersionReader>();
    this.#options.onVersion?.(fresh.version);
  }

  #removeSession(connection: Connection): void {
    const { receivedBytes, droppedMessages } = connection.stats();
    this.#pastBytes += receivedBytes;
    this.#pastDrops += droppedMessages;
    this.#edition?.remove(connection);
  }

  /** The host says that it no longer has these bytes. */
  #outdate(edition: FileVersionReader, error: ClientError): void {
    if (edition !== this.#edition || edition.over !== undefined) return;
    edition.end(error);
    this.#supervisor.outdated(error);
  }

  #end(error: ClientError): void {
    this.#ended = error;
    this.#edition?.end(error);
    this.#next.reject(error);
  }
}

function isMeant({ version }: FileVersionReader, { version: meant }: ReconnectingReadOptions): boolean {
  return meant === undefined || meant === version.id;
}

function readerOf(edition: FileVersionReader, { start, end, priority }: ReconnectingReadOptions): Reader {
  return openReader(edition.scheduler, edition.version, {
    ...(start === undefined ? {} : { start }),
    ...(end === undefined ? {} : { end }),
    ...(priority === undefined ? {} : { priority }),
  });
}

function changed(): ClientError {
  return new ClientError("file-changed", "the file on the host is another one now");
}
