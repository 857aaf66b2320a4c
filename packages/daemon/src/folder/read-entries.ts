import type { BigIntStats, Dirent } from "node:fs";
import { lstat, opendir, stat } from "node:fs/promises";
import { type FileVersion, versionOf } from "../resources/file-version.ts";
import { ResourceError } from "../resources/resource.ts";
import { type EntryKind, type OpenedPlace, type SharedFolder, targetOf } from "./open-inside.ts";
import { descriptorPath, isKernelPlace, joinPath } from "./place.ts";
import { statEach } from "./stat-entries.ts";

/** Most entries of a folder that is listed: its list is made in memory. */
const MAX_ENTRIES = 200_000;

/** Entries that the system is asked for at once, which saves calls. */
const READ_STEP = 1024;

/** An entry that is shared. */
export interface FoundEntry {
  readonly name: Buffer;
  readonly kind: EntryKind;
  /** Of the file, also if the entry is a link to it. */
  readonly version: FileVersion;
}

export interface ReadEntriesOptions {
  readonly folder: SharedFolder;
  /** The path below the shared folder. */
  readonly path: Buffer;
  /** What is open there. */
  readonly opened: OpenedPlace;
  /** Only entries of these names, each once. The folder is not read then. @default all */
  readonly only?: readonly Buffer[];
  readonly signal: AbortSignal;
}

export interface EntriesRead {
  /** In no order. */
  readonly entries: readonly FoundEntry[];
  /** Number of entries that are left out because they are neither files nor folders, or can't be read. */
  readonly skipped: number;
}

/**
 * Reads the entries of an open folder.
 * @throws {ResourceError} `unreadable` for a folder with too many entries; the system's error; the signal's reason
 */
export async function readEntries({ folder: { rules }, path, opened, only, signal }: ReadEntriesOptions): Promise<EntriesRead> {
  const at = await readablePath(opened);
  const isDisk = opened.place.toString() === "/";
  const isShown = (name: Buffer): boolean => rules.showsEntry(path, name) && !(isDisk && isKernelPlace(joinPath(opened.place, name)));
  const found = only?.map((name): Named => ({ name, type: "file or folder" })) ?? (await readNames(at, signal));
  const shown = found.filter(({ name }) => isShown(name));
  const names = shown.filter(({ type }) => type === "file or folder").map(({ name }) => name);
  const links = shown.filter(({ type }) => type === "link").map(({ name }) => name);
  const entries: FoundEntry[] = [];
  const add = (name: Buffer, stats: BigIntStats | undefined): void => {
    const kind = stats?.isFile() ? "file" : stats?.isDirectory() ? "folder" : undefined;
    if (stats !== undefined && kind !== undefined) entries.push({ name, kind, version: versionOf(stats) });
  };
  await statEach(at, names, (name, stats) => (stats?.isSymbolicLink() === true ? links.push(name) : add(name, stats)), signal);
  const follow = rules.follow && links.length > 0 ? await linkReader(opened, path, rules) : undefined;
  for (const name of links) {
    signal.throwIfAborted();
    add(name, await follow?.(name));
  }
  return { entries, skipped: shown.length - entries.length };
}

interface Named {
  readonly name: Buffer;
  readonly type: "file or folder" | "link" | "other";
}

/** A path by which the folder's entries are read: the open folder itself on Linux, so that it can't be exchanged; else its place. */
async function readablePath({ handle, place }: OpenedPlace): Promise<Buffer> {
  if (process.platform !== "linux") return place;
  const pinned = descriptorPath(handle);
  return stat(pinned).then(
    () => pinned,
    () => place,
  );
}

async function readNames(path: Buffer, signal: AbortSignal): Promise<Named[]> {
  const names: Named[] = [];
  // Node's types don't know names as bytes here.
  const folder = await opendir(path, { encoding: "buffer" as BufferEncoding, bufferSize: READ_STEP });
  for await (const entry of folder) {
    signal.throwIfAborted();
    if (names.length === MAX_ENTRIES) throw new ResourceError("unreadable", `a folder has more than ${MAX_ENTRIES} entries`);
    names.push({ name: entry.name as unknown as Buffer, type: typeOf(entry) });
  }
  return names;
}

function typeOf(entry: Dirent): Named["type"] {
  if (entry.isFile() || entry.isDirectory()) return "file or folder";
  return entry.isSymbolicLink() ? "link" : "other";
}

/**
 * Reads links. One to a folder on the way to the link itself is left out: a viewer that reads the whole tree would never get to its end.
 * @returns a function that gives what a link leads to; undefined if that is not shared
 */
async function linkReader(
  { root }: OpenedPlace,
  path: Buffer,
  rules: SharedFolder["rules"],
): Promise<(name: Buffer) => Promise<BigIntStats | undefined>> {
  const onTheWay = await Promise.all([...prefixesOf(path)].map((prefix) => targetOf(root, prefix, rules)));
  return async (name) => {
    try {
      const target = await targetOf(root, joinPath(path, name), rules);
      if (onTheWay.some((place) => place.equals(target))) return undefined;
      return await lstat(joinPath(root, target), { bigint: true });
    } catch {
      return undefined; // It leads out of the share, to nothing, or in a circle.
    }
  };
}

/** The path and those of the folders on the way to it, from the empty one on. */
function* prefixesOf(path: Buffer): Generator<Buffer> {
  for (let end = 0; end !== -1 && end < path.byteLength; end = path.indexOf("/", end + 1)) yield path.subarray(0, end);
  yield path;
}
