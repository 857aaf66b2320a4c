/*
 * The resources of a share that are open beside its file, over any number of sessions. A session that takes another's place opens each of them again, by its
 * path; its readers continue there if it is the same version.
 */
import { abortable, createDeferred, sleep } from "@rangecast/base";
import { abortedError, ClientError, type ClientErrorReason } from "../client-error.ts";
import { toClientError } from "../expected-errors.ts";
import type { ReadTarget } from "../scheduling/read-target.ts";
import type { Scheduler } from "../scheduling/scheduler.ts";
import type { Connection } from "../session/connection.ts";
import { rangeReads } from "../session/remote-file.ts";
import type { ReconnectingResource } from "./reconnecting-file.ts";
import { attemptBackoffMs } from "./backoff.ts";
import { hasValidator, ResourceVersion } from "./resource-version.ts";

/** Why a resource can't be opened again yet, although it may be later. */
const PASSING: ReadonlySet<ClientErrorReason> = new Set(["busy", "timeout", "unreadable"]);

interface OpenResource {
  readonly path: Uint8Array;
  readonly version: ResourceVersion;
  /** Aborts when the resource has ended. */
  readonly life: AbortController;
}

export class OpenResources {
  readonly #scheduler: Scheduler;
  readonly #onFault: (error: unknown) => void;
  readonly #open = new Set<OpenResource>();
  /** The session that serves now. */
  #session: Connection | undefined;
  #nextSession = createDeferred<Connection>();
  #ended: ClientError | undefined;

  constructor(scheduler: Scheduler, onFault: (error: unknown) => void) {
    this.#scheduler = scheduler;
    this.#onFault = onFault;
  }

  /** See {@link ReconnectingFile.open}. */
  async open(path: Uint8Array, signal?: AbortSignal): Promise<ReconnectingResource> {
    for (;;) {
      const session = await this.#getSession(signal);
      try {
        const { handle, facts } = await session.open(path, signal);
        const version = new ResourceVersion(facts);
        if (this.#ended !== undefined) throw this.#ended;
        // It may have been replaced while its answer was on the way.
        if (session === this.#session) version.add(session.source, handle);
        return this.#keep({ path, version, life: new AbortController() });
      } catch (error) {
        if (signal?.aborted) throw abortedError(signal);
        if (this.#ended !== undefined) throw this.#ended;
        // Refused by the host, or lost together with the session: then the next session is asked.
        if (session.source.ready) throw error;
      }
    }
  }

  /** A session serves from now on, in place of the one before it. */
  sessionStarted(session: Connection): void {
    this.#session = session;
    this.#nextSession.resolve(session);
    this.#nextSession = createDeferred<Connection>();
    for (const resource of this.#open) void this.#reopen(resource, session);
  }

  /** A session is over, or another one took its place. */
  sessionEnded(session: Connection): void {
    if (this.#session === session) this.#session = undefined;
    for (const { version } of this.#open) version.remove(session.source);
  }

  /** No session follows any more. */
  end(error: ClientError): void {
    this.#ended = error;
    this.#nextSession.reject(error);
    for (const resource of this.#open) this.#end(resource, error);
  }

  /** The host reports that a version is outdated. */
  outdated(version: ReadTarget, error: ClientError): void {
    for (const resource of this.#open) if (resource.version === version) this.#end(resource, error);
  }

  /** @throws {ClientError} */
  async #getSession(signal: AbortSignal | undefined): Promise<Connection> {
    if (this.#ended !== undefined) throw this.#ended;
    // A host that is stopping opens nothing.
    if (this.#session?.source.ready) return this.#session;
    try {
      return await abortable(this.#nextSession.promise, signal);
    } catch (error) {
      throw signal?.aborted ? abortedError(signal) : error;
    }
  }

  #keep(resource: OpenResource): ReconnectingResource {
    const { version } = resource;
    this.#open.add(resource);
    const session = this.#session;
    if (session !== undefined && version.handleAt(session.source) === undefined) void this.#reopen(resource, session);
    return {
      ...version.facts,
      ...rangeReads(this.#scheduler, version.facts, version),
      get ended() {
        return version.ended;
      },
      close: () => this.#end(resource, new ClientError("closed", "closed by this side")),
    };
  }

  /** Opens a resource over another session, and again while what prevents it may pass. */
  async #reopen(resource: OpenResource, session: Connection): Promise<void> {
    const { version, life } = resource;
    for (let failures = 1; ; failures += 1) {
      const error = await this.#tryToReopen(resource, session);
      if (error === undefined || version.ended !== undefined) return;
      // Another session opens it, too.
      if (session !== this.#session || !session.source.ready) return;
      if (!PASSING.has(error.reason)) return this.#end(resource, error);
      try {
        await sleep(attemptBackoffMs(failures), life.signal);
      } catch {
        return; // It was closed.
      }
    }
  }

  /** @returns why it can't be read over this session */
  async #tryToReopen({ path, version, life }: OpenResource, session: Connection): Promise<ClientError | undefined> {
    try {
      const { handle, facts } = await session.open(path, life.signal);
      if (session !== this.#session) return undefined;
      if (version.accepts(facts)) {
        version.add(session.source, handle);
        this.#scheduler.targetChanged();
        return undefined;
      }
      session.closeHandle(handle);
      const known = hasValidator(facts) && hasValidator(version.facts);
      return new ClientError(
        "file-changed",
        known ? "the host has another version of the file now" : "the host can't show that the file is the same",
      );
    } catch (error) {
      const known = toClientError(error);
      if (known === undefined) this.#onFault(error);
      return known ?? new ClientError("closed", "an internal error", { cause: error });
    }
  }

  #end(resource: OpenResource, error: ClientError): void {
    const { version, life } = resource;
    if (!this.#open.delete(resource)) return;
    version.end(error);
    life.abort(error);
    this.#scheduler.targetChanged();
    const handle = this.#session === undefined ? undefined : version.handleAt(this.#session.source);
    if (handle !== undefined) this.#session?.closeHandle(handle);
  }
}
