/*
 * The resources of a share that are open beside its file, over any number of sessions. A session that takes another's place opens each of them again, by its
 * path; its readers continue there if it is the same version.
 */
import { abortable, createDeferred } from "@rangecast/base";
import { abortedError, ClientError } from "../client-error.ts";
import { toClientError } from "../expected-errors.ts";
import type { ReadTarget } from "../scheduling/read-target.ts";
import type { Scheduler } from "../scheduling/scheduler.ts";
import type { Connection } from "../session/connection.ts";
import { rangeReads } from "../session/remote-file.ts";
import type { ReconnectingResource } from "./reconnecting-file.ts";
import { ResourceVersion } from "./resource-version.ts";

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

  async #reopen(resource: OpenResource, session: Connection): Promise<void> {
    const { path, version, life } = resource;
    try {
      const { handle, facts } = await session.open(path, life.signal);
      if (session !== this.#session) return; // The session that replaced it opens it, too.
      if (version.accepts(facts)) {
        version.add(session.source, handle);
        return this.#scheduler.targetChanged();
      }
      session.closeHandle(handle);
      this.#end(resource, new ClientError("file-changed", "the host has another version of the file now"));
    } catch (error) {
      if (version.ended !== undefined || session !== this.#session || !session.source.ready) return; // The next session is asked.
      const known = toClientError(error);
      if (known === undefined) this.#onFault(error);
      this.#end(resource, known ?? new ClientError("closed", "an internal error", { cause: error }));
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
