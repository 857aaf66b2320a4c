import { type FolderList, readMadePath, readZipKind } from "@rangecast/wire";
import { stat } from "node:fs/promises";
import { BytesResource } from "../resources/bytes-resource.ts";
import { versionOf } from "../resources/file-version.ts";
import { fileResource, openRegularFile } from "../resources/local-file.ts";
import { type Resource, ResourceError, type ResourceTree } from "../resources/resource.ts";
import { type FolderOptions, FolderRules } from "./folder-rules.ts";
import { ListMaker, type ListSource, listEntry } from "./list-maker.ts";
import { openInside, type OpenedPlace, SharedFolder } from "./open-inside.ts";
import { type EntriesRead, type FoundEntry, readEntries } from "./read-entries.ts";
import type { SharedPath } from "./shared-paths.ts";
import { type Logger, silentLogger } from "../logger.ts";
import { type CrcStore, memoryCrcStore } from "../zip/crcs/crc-store.ts";
import { ZipMaker } from "../zip/zip-maker.ts";

const NEVER = new AbortController().signal;

export interface FolderTreeOptions extends FolderOptions {
  /** Keeps the CRCs of files for zips. @default in memory */
  readonly crcs?: CrcStore;
  /** @default none */
  readonly logger?: Logger;
}

/** The entries of a folder, as they are now. */
export interface FolderContent extends EntriesRead {
  readonly modifiedMs: number;
}

/**
 * The tree of a share of folders: one folder, whose content is the root, or several files and folders, which are the entries of the root. It holds
 * nothing of them: a folder is read when its list is opened, and a file when it is opened. All sessions of a share use the same one.
 */
export class FolderTree implements ResourceTree {
  readonly isFolder = true;
  /** Empty: browsers of the base protocol find nothing to read. */
  readonly root: Resource = new BytesResource(new Uint8Array(0), { name: "", modifiedMs: 0 });
  readonly #paths: readonly SharedPath[];
  readonly #rules: FolderRules;
  readonly #folders = new Map<SharedPath, SharedFolder>();
  readonly #lists = new ListMaker();
  readonly #zips: ZipMaker;

  /** @param paths from inspectPaths, with different names */
  constructor(paths: readonly SharedPath[], { crcs = memoryCrcStore(), logger = silentLogger, ...options }: FolderTreeOptions = {}) {
    this.#paths = paths;
    this.#rules = new FolderRules(options);
    this.#zips = new ZipMaker({ tree: this, store: crcs, logger });
  }

  async open(path: Uint8Array, signal: AbortSignal = NEVER): Promise<Resource> {
    const made = readMadePath(path);
    if (made === undefined) return this.openFile(Buffer.from(path));
    const folder = Buffer.from(made.folder);
    const zip = readZipKind(made.kind);
    if (zip !== undefined)
      return this.#zips.open({ folder, ...(zip === "all" ? {} : { selection: zip.map((name) => Buffer.from(name)) }) }, signal);
    if (Buffer.from(made.kind).toString("latin1") !== "list") throw nothingThere();
    return this.#lists.make(async () => this.#listSource(folder, signal), signal);
  }

  /** Opens a file. The caller closes it. @throws as {@link open} */
  async openFile(path: Buffer): Promise<Resource> {
    const { handle, place } = await this.openHandle(path);
    try {
      return await fileResource(handle, place);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** Opens a file without looking at its content. The caller closes it. @throws as {@link open} */
  async openHandle(path: Buffer): Promise<Pick<OpenedPlace, "handle" | "place">> {
    const { shared, rest } = this.#find(path);
    if (shared.kind === "file") {
      if (rest.byteLength > 0) throw nothingThere();
      return { handle: await openRegularFile(shared.path), place: shared.path };
    }
    if (rest.byteLength === 0) throw nothingThere();
    return openInside(this.#folderOf(shared), rest, "file");
  }

  /**
   * Reads the entries of a folder, in no order.
   * @param path of the folder; empty for the root
   * @param only names of entries, each once: no others are looked at
   * @throws as {@link open}
   */
  async readFolder(path: Buffer, signal: AbortSignal = NEVER, only?: readonly Buffer[]): Promise<FolderContent> {
    if (path.byteLength === 0 && !this.#isOneFolder) return this.#readRoot();
    const { shared, rest } = this.#find(path);
    if (shared.kind === "file") throw nothingThere();
    const folder = this.#folderOf(shared);
    const opened = await openInside(folder, rest, "folder");
    try {
      const { mtimeMs } = await opened.handle.stat();
      return {
        ...(await readEntries({ folder, path: rest, opened, signal, ...(only === undefined ? {} : { only }) })),
        modifiedMs: Math.floor(mtimeMs),
      };
    } finally {
      await opened.handle.close();
    }
  }

  /** The entries of a folder, as lists have them, in no order. @param path empty for the root @throws as {@link open} */
  async list(path: Buffer, signal: AbortSignal = NEVER): Promise<FolderList> {
    return (await this.#listSource(path, signal)).list;
  }

  async #listSource(path: Buffer, signal: AbortSignal): Promise<ListSource> {
    const { entries, skipped, modifiedMs } = await this.readFolder(path, signal);
    return { path, modifiedMs, list: { entries: entries.map(listEntry), skipped } };
  }

  async #readRoot(): Promise<FolderContent> {
    const found = await Promise.all(this.#paths.map(entryOf));
    const entries = found.filter((entry) => entry !== undefined);
    return { entries, skipped: found.length - entries.length, modifiedMs: 0 };
  }

  /** A share of one folder has its content as the root. */
  get #isOneFolder(): boolean {
    return this.#paths.length === 1 && this.#paths[0]?.kind === "folder";
  }

  /** The shared path that a path leads through, and what of the path is below it. */
  #find(path: Buffer): { readonly shared: SharedPath; readonly rest: Buffer } {
    const [only] = this.#paths;
    if (only !== undefined && this.#isOneFolder) return { shared: only, rest: path };
    const slash = path.indexOf("/");
    const name = slash === -1 ? path : path.subarray(0, slash);
    const shared = this.#paths.find((candidate) => candidate.name.equals(name));
    if (shared === undefined) throw nothingThere();
    return { shared, rest: slash === -1 ? Buffer.alloc(0) : path.subarray(slash + 1) };
  }

  #folderOf(shared: SharedPath): SharedFolder {
    const folder = this.#folders.get(shared) ?? new SharedFolder(shared.path, this.#rules);
    this.#folders.set(shared, folder);
    return folder;
  }
}

/** A shared path as an entry of the root; undefined if it is gone, or is something else now. */
async function entryOf({ name, path, kind }: SharedPath): Promise<FoundEntry | undefined> {
  const stats = await stat(path, { bigint: true }).catch(() => undefined);
  const isSame = kind === "folder" ? stats?.isDirectory() : stats?.isFile();
  return stats === undefined || isSame !== true ? undefined : { name, kind, version: versionOf(stats) };
}

function nothingThere(): ResourceError {
  return new ResourceError("not-found", "the share has no such file or folder");
}
