/*
 * What the engine serves to the page's service worker: the session's file, and other resources of its share, each opened at the host when it is first asked for.
 */
import { withDeadline } from "@rangecast/base";
import { ClientError, type ReadOptions, type ReconnectingResource } from "@rangecast/client";
import type { FileFacts } from "@rangecast/http";
import { PAGE_ANSWER_TIMEOUT_MS } from "../../shared/limits.ts";
import { formatEtag, pathBytes, rootPath, SESSION_FILE_ID } from "../../shared/resource-url.ts";
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
  /** The share is a folder, and its session's file only stands for it. */
  readonly isFolder: boolean;
  readonly file: Pick<EngineFile, "open">;
}

/** A version of the session's file. */
export type RootVersion = Pick<Root, "id" | "facts" | "isFolder">;

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
  setRoot(file: Pick<EngineFile, "stream" | "open">, version: RootVersion): void {
    const { id } = version;
    if (this.#root?.id === id) return;
    for (const entry of this.#entries.values()) close(entry);
    this.#entries.clear();
    const stream = (options: ReadOptions): ReadableStream<Uint8Array> => file.stream({ ...options, version: id });
    this.#root = { ...version, file, cache: new BlockCache(), stream, release: () => undefined };
  }

  /**
   * The resource that a request names. The session's file is there at once; another one may have to be opened. The caller must release what it gets.
   * @param signal the request was cancelled
   */
  find(
    { share, resource, version, path, etag }: OpenMessage,
    signal: AbortSignal,
  ): ServedResource | RefusedReason | Promise<ServedResource | RefusedReason> {
    const root = this.#root;
    if (share !== this.#share || resource !== SESSION_FILE_ID) return "gone";
    if (root === undefined) return "not-ready";
    if (version !== root.id) return "gone";
    if (path === rootPath(root.facts.name) && !root.isFolder) return root;
    return this.#find(root, path, signal).then(
      (found) => (etag === undefined || sameTag(found.facts.etag, etag) ? found : refuse(found)),
      (error: unknown) => (signal.aborted ? "gone" : refusalOf(error)),
    );
  }

  /**
   * The facts of a resource as it is now. It stays open for the requests that follow.
   * @throws {ClientError} why there is none
   */
  async open(path: string, signal: AbortSignal): Promise<FileFacts> {
    if (this.#root === undefined) throw new ClientError("closed", "nothing is open");
    const idle = this.#entries.get(path);
    // It may be of an older version, which nobody reads any more.
    if (idle?.users === 0) {
      this.#forget(idle);
      close(idle);
    }
    const { facts, release } = await this.#find(this.#root, path, signal);
    release();
    return facts;
  }

  /** @throws {ClientError} */
  async #find(root: Root, path: string, signal: AbortSignal): Promise<ServedResource> {
    const bytes = pathBytes(path);
    if (bytes === undefined) throw new ClientError("file-gone", "no file can have this path");
    const entry = this.#entry(path, (stop) => root.file.open(bytes, { signal: stop }));
    const release = this.#use(entry);
    const late = (): ClientError => new ClientError("timeout", "the host did not open it in time");
    try {
      const resource = await withDeadline(OPEN_TIMEOUT_MS, signal, late, () => entry.opened);
      if (this.#root !== root) throw new ClientError("file-changed", "the session's file has another version now");
      return { ...servedOf(resource, nameOf(bytes, root)), cache: entry.cache, release };
    } catch (error) {
      release();
      throw error;
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

function servedOf(resource: ReconnectingResource, name: string): Pick<ServedResource, "facts" | "stream"> {
  const { size, provisional, mediaType, etag } = resource;
  return { facts: { name, size, provisional, mediaType, etag }, stream: (options) => resource.stream(options) };
}

/** The name to save a resource under. That of a folder's zip is `Season 1//zip`'s `Season 1.zip`; that of the root has the share's name. */
function nameOf(path: Uint8Array, root: Root): string {
  const [folder = "", made] = new TextDecoder().decode(path).split("//");
  const name = folder.split("/").at(-1) ?? "";
  const [kind] = made?.split("/") ?? [];
  return kind === undefined ? name : `${name === "" ? root.facts.name : name}.${kind}`;
}

/** Whether a resource has the validator that its URL states. */
function sameTag(etag: string | undefined, encoded: string): boolean {
  return etag !== undefined && formatEtag(etag) === encoded;
}

function refuse({ release }: ServedResource): RefusedReason {
  release();
  return "gone";
}

/** @throws what is not a {@link ClientError} */
function refusalOf(error: unknown): RefusedReason {
  if (!(error instanceof ClientError)) throw error;
  if (error.reason === "file-changed") return "gone";
  return error.reason === "file-gone" || error.reason === "unsupported" ? "not-found" : "not-ready";
}
