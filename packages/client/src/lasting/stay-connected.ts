import { byteStream, readAll } from "../byte-stream.ts";
import { ClientError } from "../client-error.ts";
import type { CloseReason } from "../client-state.ts";
import type { Connection } from "../connection.ts";
import { createDeferred, type Deferred } from "../deferred.ts";
import { knownEnd, openReader } from "../open-reader.ts";
import type { Reader } from "../reader.ts";
import type { Connect } from "./attempts.ts";
import { Edition, type FileVersion } from "./edition.ts";
import type { LastingFile, LastingReadOptions, LastingStats } from "./lasting-file.ts";
import type { LastingState } from "./lasting-state.ts";
import { PendingReader } from "./pending-reader.ts";
import { Supervisor } from "./supervisor.ts";
import { untilAborted } from "./until-aborted.ts";

export interface LastingOptions {
  /** Told of the first state and of each change. */
  readonly onState?: (state: LastingState) => void;
  /** Told of each version, before the state says `connected`. Streams of the one before it have errored by then. */
  readonly onVersion?: (version: FileVersion) => void;
  /** Closes it. */
  readonly signal?: AbortSignal;
}

export interface StayConnectedOptions extends LastingOptions {
  /** One attempt at one session, such as dialShare or dialPlain. It is called again and again. */
  readonly connect: Connect;
}

/** A file over as many sessions as it takes. It begins to connect at once. */
export function stayConnected(options: StayConnectedOptions): LastingFile {
  const file = new SupervisedFile(options);
  file.start();
  return file;
}

class SupervisedFile implements LastingFile {
  readonly #options: StayConnectedOptions;
  readonly #supervisor: Supervisor;
  #edition: Edition | undefined;
  #next: Deferred<Edition> = createDeferred<Edition>();
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

  get state(): LastingState {
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

  stream({ signal, ...options }: LastingReadOptions = {}): ReadableStream<Uint8Array> {
    const edition = this.#readable;
    if (edition !== undefined && isMeant(edition, options)) return byteStream(readerOf(edition, options), signal);
    return byteStream(new PendingReader(async (stop) => readerOf(await this.#open(options, stop), options)), signal);
  }

  async read({ signal, ...options }: LastingReadOptions): Promise<Uint8Array<ArrayBuffer>> {
    const edition = await this.#open(options, signal);
    const { start = 0, end = knownEnd(edition.version) } = options;
    const reader = readerOf(edition, options);
    return readAll(reader, reader.failed ? 0 : end - start, signal);
  }

  path(): ReturnType<LastingFile["path"]> {
    return this.#supervisor.current?.path() ?? Promise.resolve(undefined);
  }

  stats(): LastingStats {
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
  get #readable(): Edition | undefined {
    return this.#edition?.over === undefined ? this.#edition : undefined;
  }

  async #open(options: LastingReadOptions, signal: AbortSignal | undefined): Promise<Edition> {
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
    const fresh = new Edition(String(this.#sessions), next.facts, (error) => this.#outdate(fresh, error));
    this.#edition = fresh;
    fresh.add(next);
    this.#next.resolve(fresh);
    this.#next = createDeferred<Edition>();
    this.#options.onVersion?.(fresh.version);
  }

  #removeSession(connection: Connection): void {
    const { receivedBytes, droppedMessages } = connection.stats();
    this.#pastBytes += receivedBytes;
    this.#pastDrops += droppedMessages;
    this.#edition?.remove(connection);
  }

  /** The host says that it no longer has these bytes. */
  #outdate(edition: Edition, error: ClientError): void {
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

function isMeant({ version }: Edition, { version: meant }: LastingReadOptions): boolean {
  return meant === undefined || meant === version.id;
}

function readerOf(edition: Edition, { start, end, priority }: LastingReadOptions): Reader {
  return openReader(edition.scheduler, edition.version, {
    ...(start === undefined ? {} : { start }),
    ...(end === undefined ? {} : { end }),
    ...(priority === undefined ? {} : { priority }),
  });
}

function changed(): ClientError {
  return new ClientError("file-changed", "the file on the host is another one now");
}
