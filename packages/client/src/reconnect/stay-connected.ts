import { abortable, createDeferred, type Deferred } from "@rangecast/base";
import type { FolderList } from "@rangecast/wire";
import { abortedError, ClientError } from "../client-error.ts";
import { byteStream, readAll } from "../scheduling/byte-stream.ts";
import { knownEnd, openReader } from "../scheduling/open-reader.ts";
import type { ReadTarget } from "../scheduling/read-target.ts";
import type { Reader } from "../scheduling/reader.ts";
import { Scheduler } from "../scheduling/scheduler.ts";
import type { CloseReason } from "../session/client-state.ts";
import type { Connection } from "../session/connection.ts";
import type { FileFacts } from "../session/file-facts.ts";
import { pathBytes } from "../session/remote-file.ts";
import type { Connect } from "./attempts.ts";
import { OpenResources } from "./open-resources.ts";
import { PendingReader } from "./pending-reader.ts";
import { readFolder } from "./read-folder.ts";
import type { ReconnectingFile, ReconnectingReadOptions, ReconnectingResource, ReconnectingStats } from "./reconnecting-file.ts";
import type { ReconnectingState } from "./reconnecting-state.ts";
import { type FileVersion, ResourceVersion, sameVersion } from "./resource-version.ts";
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

/** The session's file in one version. */
class ServedFile extends ResourceVersion<FileFacts> {
  readonly version: FileVersion;

  constructor(id: string, facts: FileFacts) {
    super(facts);
    this.version = { id, ...facts };
  }
}

class SupervisedFile implements ReconnectingFile {
  readonly #options: StayConnectedOptions;
  readonly #supervisor: Supervisor;
  readonly #scheduler: Scheduler;
  readonly #resources: OpenResources;
  /** The last version; it may have ended. */
  #file: ServedFile | undefined;
  #next: Deferred<ServedFile> = createDeferred<ServedFile>();
  #ended: ClientError | undefined;
  #sessions = 0;
  /** Totals of the sessions that are over. */
  #pastBytes = 0;
  #pastDrops = 0;

  constructor(options: StayConnectedOptions) {
    this.#options = options;
    const { onFault = throwUncaught } = options;
    this.#scheduler = new Scheduler({ patient: true, onFailure: (error, target) => this.#outdate(target, error) });
    this.#resources = new OpenResources(this.#scheduler, onFault);
    this.#supervisor = new Supervisor({
      ...options,
      onState: (state) => options.onState?.(state),
      onSession: (next, previous) => this.#takeSession(next, previous),
      onLost: (connection) => this.#removeSession(connection),
      onEnded: (error) => this.#end(error),
      onFault,
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
    return (await this.#opened({}, signal)).version;
  }

  stream({ signal, ...options }: ReconnectingReadOptions = {}): ReadableStream<Uint8Array> {
    const file = this.#readable;
    if (file !== undefined && isRequested(file, options)) return byteStream(this.#openRange(file, options), signal);
    return byteStream(new PendingReader(async (stop) => this.#openRange(await this.#opened(options, stop), options)), signal);
  }

  async read({ signal, ...options }: ReconnectingReadOptions): Promise<Uint8Array<ArrayBuffer>> {
    const file = await this.#opened(options, signal);
    const { start = 0, end = knownEnd(file.facts) } = options;
    const reader = this.#openRange(file, options);
    return readAll(reader, reader.failed ? 0 : end - start, signal);
  }

  async open(path: string | Uint8Array, { signal }: { readonly signal?: AbortSignal } = {}): Promise<ReconnectingResource> {
    return this.#resources.open(pathBytes(path), signal);
  }

  async readFolder(path: Uint8Array, { signal }: { readonly signal?: AbortSignal } = {}): Promise<FolderList> {
    return readFolder(this, path, signal);
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
      ...(now?.windowBytes === undefined ? {} : { windowBytes: now.windowBytes }),
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
  get #readable(): ServedFile | undefined {
    return this.#file?.ended === undefined ? this.#file : undefined;
  }

  async #opened(options: ReconnectingReadOptions, signal?: AbortSignal): Promise<ServedFile> {
    if (this.#ended !== undefined) throw this.#ended;
    // The id of any other version is an old one, or from another file.
    if (options.version !== undefined && options.version !== this.#file?.version.id) throw changed();
    const file = this.#readable ?? (await this.#nextFile(signal));
    if (!isRequested(file, options)) throw changed();
    return file;
  }

  async #nextFile(signal: AbortSignal | undefined): Promise<ServedFile> {
    try {
      return await abortable(this.#next.promise, signal);
    } catch (error) {
      throw signal?.aborted === true ? abortedError(signal) : error;
    }
  }

  #openRange(file: ServedFile, { version: _version, signal: _signal, ...range }: ReconnectingReadOptions): Reader {
    return openReader(this.#scheduler, file.facts, { ...range, target: file });
  }

  #takeSession(next: Connection, previous: Connection | undefined): void {
    this.#sessions += 1;
    const before = this.#file;
    const accepted = before?.accepts(next.facts) ?? false;
    if (accepted) before?.add(next.source);
    this.#scheduler.addSource(next.source); // Before the previous one is removed, so that there is always one.
    if (previous !== undefined) this.#removeSession(previous);
    if (!accepted) this.#takeVersion(next);
    this.#resources.sessionStarted(next);
  }

  #takeVersion({ facts, source }: Connection): void {
    const before = this.#file;
    before?.end(changed());
    // A file that was gone and is put back is the version that it was before.
    const id = before !== undefined && sameVersion(before.facts, facts) ? before.version.id : String(this.#sessions);
    const file = new ServedFile(id, facts);
    this.#file = file;
    file.add(source);
    this.#scheduler.targetChanged();
    this.#next.resolve(file);
    this.#next = createDeferred<ServedFile>();
    this.#options.onVersion?.(file.version);
  }

  #removeSession(connection: Connection): void {
    const { receivedBytes, droppedMessages } = connection.stats();
    this.#pastBytes += receivedBytes;
    this.#pastDrops += droppedMessages;
    this.#scheduler.removeSource(connection.source);
    this.#file?.remove(connection.source);
    this.#resources.sessionEnded(connection);
  }

  /** The host reports that it no longer has these bytes. */
  #outdate(target: ReadTarget, error: ClientError): void {
    if (error.reason !== "file-changed" && error.reason !== "file-gone") return;
    if (target !== this.#file) return this.#resources.outdated(target, error);
    if (this.#file.ended !== undefined) return;
    this.#file.end(error);
    this.#scheduler.targetChanged();
    this.#supervisor.outdated(error);
  }

  #end(error: ClientError): void {
    this.#ended = error;
    this.#file?.end(error);
    this.#resources.end(error);
    this.#scheduler.end(error);
    this.#next.reject(error);
  }
}

function isRequested({ version }: ServedFile, { version: requested }: ReconnectingReadOptions): boolean {
  return requested === undefined || requested === version.id;
}

function changed(): ClientError {
  return new ClientError("file-changed", "the host has another version of the file now");
}

function throwUncaught(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
