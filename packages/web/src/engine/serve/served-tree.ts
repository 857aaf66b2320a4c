/*
 * What the engine serves to the page's service worker: the session's file, and other resources of its share, each opened at the host when it is first asked for.
 */
import { withDeadline } from "@rangecast/base";
import { ClientError, type ReadOptions, type ReconnectingResource } from "@rangecast/client";
import type { FileFacts } from "@rangecast/http";
import { PAGE_ANSWER_TIMEOUT_MS } from "../../shared/limits.ts";
import { pathBytes, rootPath, SESSION_FILE_ID } from "../../shared/resource-url.ts";
import type { OpenMessage, RefusedReason } from "../../shared/messages/worker-messages.ts";
import type { EngineFile } from "../connect.ts";
import { BlockCache } from "./block-cache.ts";

/** One version of a resource, and the parts of it that were read. */
export interface ServedResource {
  readonly facts: FileFacts;
  readonly cache: BlockCache;
  readonly stream: (options: ReadOptions) => ReadableStream<Uint8Array>;
  /** To be called once, when the response has ended: until then the resource stays open. */
  readonly release: () => void;
}

/** Number of resources that stay open beside the file while no response uses them: most are read once, as the segments of a playlist are. */
export const MAX_IDLE_RESOURCES = 16;

/** Longest wait for the host to open a resource, milliseconds: the service worker waits a little longer for the answer. */
export const OPEN_TIMEOUT_MS: number = PAGE_ANSWER_TIMEOUT_MS - 3000;

/** Bytes kept of each of them. */
const RESOURCE_CACHE_BYTES: number = 1024 * 1024;

interface Root extends ServedResource {
  /** The client's id of the version. It is part of the URLs of the whole tree. */
  readonly id: string;
  readonly file: Pick<EngineFile, "open">;
}

/** Another resource of the share: open, or being opened. */
interface Entry {
  /** As in the URL. */
  readonly path: string;
  readonly opened: Promise<ReconnectingResource>;
  /** Stops the opening. */
  readonly stop: AbortController;
  /** Undefined while it is being opened. */
  resource: ReconnectingResource | undefined;
  readonly cache: BlockCache;
  /** Number of responses that use it, and of requests that wait for it. */
  users: number;
}

export class ServedTree {
  readonly #share: string;
  #root: Root | undefined;
  /** By path, as in the URL; least recently requested first. */
  readonly #entries = new Map<string, Entry>();

  constructor(share: string) {
    this.#share = share;
  }

  /** Serves a version of the session's file from now on. Nothing changes if it is the version that is served: a file that was gone may be put back. */
  setRoot(file: Pick<EngineFile, "stream" | "open">, id: string, facts: FileFacts): void {
    if (this.#root?.id === id) return;
    for (const entry of this.#entries.values()) close(entry);
    this.#entries.clear();
    const stream = (options: ReadOptions): ReadableStream<Uint8Array> => file.stream({ ...options, version: id });
    this.#root = { id, file, facts, cache: new BlockCache(), stream, release: () => undefined };
  }

  /**
   * The resource that a request names. The session's file is there at once; another one may have to be opened. The caller must release what it gets.
   * @param signal the request was cancelled
   */
  find(
    { share, resource, version, path }: OpenMessage,
    signal: AbortSignal,
  ): ServedResource | RefusedReason | Promise<ServedResource | RefusedReason> {
    const root = this.#root;
    if (share !== this.#share || resource !== SESSION_FILE_ID) return "gone";
    if (root === undefined) return "not-ready";
    if (version !== root.id) return "gone";
    return path === rootPath(root.facts.name) ? root : this.#find(root, path, signal);
  }

  async #find(root: Root, path: string, signal: AbortSignal): Promise<ServedResource | RefusedReason> {
    const bytes = pathBytes(path);
    if (bytes === undefined) return "not-found";
    const entry = this.#entry(path, (stop) => root.file.open(bytes, { signal: stop }));
    const release = this.#use(entry);
    const late = (): ClientError => new ClientError("timeout", "the host did not open it in time");
    try {
      const resource = await withDeadline(OPEN_TIMEOUT_MS, signal, late, () => entry.opened);
      if (this.#root === root) return { ...servedOf(resource, bytes), cache: entry.cache, release };
      release();
      return "gone";
    } catch (error) {
      release();
      return signal.aborted ? "gone" : refusalOf(error);
    }
  }

  /** The entry of a path, now the last one that was requested. A resource that has ended is opened again: it may have another version now. */
  #entry(path: string, open: (stop: AbortSignal) => Promise<ReconnectingResource>): Entry {
    const known = this.#entries.get(path);
    const entry = known !== undefined && known.resource?.ended === undefined ? known : this.#create(path, open);
    this.#entries.delete(path);
    this.#entries.set(path, entry);
    return entry;
  }

  #create(path: string, open: (stop: AbortSignal) => Promise<ReconnectingResource>): Entry {
    this.#closeIdle();
    const stop = new AbortController();
    const entry: Entry = {
      path,
      opened: open(stop.signal),
      stop,
      resource: undefined,
      cache: new BlockCache(RESOURCE_CACHE_BYTES),
      users: 0,
    };
    entry.opened.then(
      (resource) => (entry.resource = resource),
      () => this.#forget(entry),
    );
    return entry;
  }

  /** @returns what to call when it is no longer used */
  #use(entry: Entry): () => void {
    entry.users += 1;
    return () => {
      entry.users -= 1;
      if (entry.users > 0) return;
      if (entry.resource === undefined) {
        this.#forget(entry);
        entry.stop.abort(new ClientError("aborted", "nobody waits for it any more"));
      }
      this.#closeIdle();
    };
  }

  #closeIdle(): void {
    const idle = [...this.#entries.values()].filter(({ users }) => users === 0);
    for (const entry of idle.slice(0, -MAX_IDLE_RESOURCES)) {
      this.#forget(entry);
      close(entry);
    }
  }

  #forget(entry: Entry): void {
    if (this.#entries.get(entry.path) === entry) this.#entries.delete(entry.path);
  }
}

/** Closes a resource: responses that still read it fail. */
function close({ opened }: Entry): void {
  opened.then(
    (resource) => resource.close(),
    () => undefined, // It was never open.
  );
}

function servedOf(resource: ReconnectingResource, path: Uint8Array): Pick<ServedResource, "facts" | "stream"> {
  const { size, provisional, mediaType, etag } = resource;
  const name = new TextDecoder().decode(path).split("/").at(-1) ?? "";
  return { facts: { name, size, provisional, mediaType, etag }, stream: (options) => resource.stream(options) };
}

/** @throws what is not a {@link ClientError} */
function refusalOf(error: unknown): RefusedReason {
  if (!(error instanceof ClientError)) throw error;
  return error.reason === "file-gone" || error.reason === "unsupported" ? "not-found" : "not-ready";
}
