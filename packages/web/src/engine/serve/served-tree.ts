/*
 * What the page serves: the session's file, and other resources of its share, each opened at the host when it is first asked for.
 */
import { ClientError, type ReadOptions, type ReconnectingResource } from "@rangecast/client";
import type { FileFacts } from "../../shared/http/plan-response.ts";
import { pathBytes, rootPath, SESSION_FILE_ID } from "../../shared/file/resource-url.ts";
import type { OpenMessage, RefusedReason } from "../../shared/messages/worker-messages.ts";
import type { EngineFile } from "../connect.ts";
import { BlockCache } from "./block-cache.ts";

/** One version of a resource, and the parts of it that were read. */
export interface ServedResource {
  readonly facts: FileFacts;
  readonly cache: BlockCache;
  readonly stream: (options: ReadOptions) => ReadableStream<Uint8Array>;
  /** A response uses the resource, so it stays open. @returns what to call when the response has ended */
  readonly use: () => () => void;
}

/** Number of resources that stay open beside the file while no response uses them: most are read once, as the segments of a playlist are. */
export const MAX_IDLE_RESOURCES = 16;

/** Bytes kept of each of them. */
const RESOURCE_CACHE_BYTES: number = 1024 * 1024;

interface Root extends ServedResource {
  /** The client's id of the version. It is part of the URLs of the whole tree. */
  readonly id: string;
  readonly file: Pick<EngineFile, "open">;
}

/** Another resource of the share: open, or being opened. */
interface Entry {
  readonly opened: Promise<ReconnectingResource>;
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

  /** Serves a version of the session's file from now on. The same version again: a file that was gone, and was put back. */
  setRoot(file: Pick<EngineFile, "stream" | "open">, id: string, facts: FileFacts): void {
    if (this.#root?.id === id) return;
    for (const entry of this.#entries.values()) close(entry);
    this.#entries.clear();
    const stream = (options: ReadOptions): ReadableStream<Uint8Array> => file.stream({ ...options, version: id });
    this.#root = { id, file, facts, cache: new BlockCache(), stream, use: () => () => undefined };
  }

  /** The resource that a request names. The session's file is there at once; another one may have to be opened. */
  find({ share, resource, version, path }: OpenMessage): ServedResource | RefusedReason | Promise<ServedResource | RefusedReason> {
    const root = this.#root;
    if (share !== this.#share || resource !== SESSION_FILE_ID) return "gone";
    if (root === undefined) return "not-ready";
    if (version !== root.id) return "gone";
    return path === rootPath(root.facts.name) ? root : this.#find(root, path);
  }

  async #find({ file }: Root, path: string): Promise<ServedResource | RefusedReason> {
    const bytes = pathBytes(path);
    if (bytes === undefined) return "not-found";
    const entry = this.#entry(path, () => file.open(bytes));
    const done = use(entry);
    try {
      const resource = await entry.opened;
      return { ...servedOf(resource, bytes), cache: entry.cache, use: () => use(entry) };
    } catch (error) {
      if (this.#entries.get(path) === entry) this.#entries.delete(path);
      return refusalOf(error);
    } finally {
      done();
      this.#closeIdle();
    }
  }

  /** The entry of a path, now the last one that was requested. A resource that has ended is opened anew: it may have another version now. */
  #entry(path: string, open: () => Promise<ReconnectingResource>): Entry {
    const known = this.#entries.get(path);
    const entry = known?.resource?.ended === undefined && known !== undefined ? known : createEntry(open());
    this.#entries.delete(path);
    this.#entries.set(path, entry);
    return entry;
  }

  #closeIdle(): void {
    const idle = [...this.#entries].filter(([, { users }]) => users === 0);
    for (const [path, entry] of idle.slice(0, -MAX_IDLE_RESOURCES)) {
      this.#entries.delete(path);
      close(entry);
    }
  }
}

function createEntry(opened: Promise<ReconnectingResource>): Entry {
  const entry: Entry = { opened, resource: undefined, cache: new BlockCache(RESOURCE_CACHE_BYTES), users: 0 };
  opened.then(
    (resource) => (entry.resource = resource),
    () => undefined, // The requests that wait for it report it.
  );
  return entry;
}

/** @returns what to call when it is no longer used */
function use(entry: Entry): () => void {
  entry.users += 1;
  return () => (entry.users -= 1);
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
