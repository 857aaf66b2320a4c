/*
 * Opens what is below a shared folder, and nothing else. Somebody may exchange files, folders and links at any moment, so a check of a path before it is
 * opened proves nothing. What was opened is checked: its real place must be the one that was meant. Nothing has been read from it by then.
 */
import { constants, type Stats } from "node:fs";
import { type FileHandle, lstat, open, realpath } from "node:fs/promises";
import { ResourceError } from "../resources/resource.ts";
import type { FolderRules } from "./folder-rules.ts";
import { RootPlace } from "./root-place.ts";
import { isKernelPlace, joinPath, pathWithin, placeOf, samePath } from "./place.ts";

export type EntryKind = "file" | "folder";

/** Opens no link; waits for no writer of a FIFO; makes no terminal ours. Windows has none of these flags. */
const SAFE_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);
const FOLDER_FLAGS = SAFE_FLAGS | (constants.O_DIRECTORY ?? 0);
/** The shared folder itself may be a link: its user named it. */
const ROOT_FLAGS = FOLDER_FLAGS & ~(constants.O_NOFOLLOW ?? 0);

/** Errors of the system that mean: nothing is there that is shared. ELOOP: a link; ENXIO: a socket. */
const NOTHING_THERE: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR", "ELOOP", "ENAMETOOLONG", "ENXIO", "EINVAL"]);
const NOT_PERMITTED: ReadonlySet<string> = new Set(["EACCES", "EPERM"]);

/** A folder of the disk that is shared. */
export class SharedFolder {
  /** Absolute. */
  readonly path: Buffer;
  readonly rules: FolderRules;
  readonly root: RootPlace;

  constructor(path: Buffer, rules: FolderRules) {
    this.path = path;
    this.rules = rules;
    this.root = new RootPlace(path, ROOT_FLAGS);
  }
}

/** A file or folder that is open. */
export interface OpenedPlace {
  readonly handle: FileHandle;
  /** Its real path. */
  readonly place: Buffer;
  /** The real path of the shared folder. */
  readonly root: Buffer;
}

/**
 * Opens a file or folder below a shared folder. The caller closes it.
 * @param path below the folder, checked by isResourcePath, or empty for the folder itself
 * @throws {ResourceError}; the system's error, if it is another
 */
export async function openInside(folder: SharedFolder, path: Buffer, kind: EntryKind): Promise<OpenedPlace> {
  try {
    return await openChecked(folder, path, kind);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (NOTHING_THERE.has(code)) throw nothingThere(error);
    if (NOT_PERMITTED.has(code)) throw new ResourceError("unreadable", "permission is denied", { cause: error });
    throw error;
  }
}

async function openChecked(folder: SharedFolder, path: Buffer, kind: EntryKind): Promise<OpenedPlace> {
  const { rules } = folder;
  if (!rules.shows(path) || !isPossible(path)) throw nothingThere();
  if (path.byteLength === 0) {
    const opened = await openAt(folder.path, ROOT_FLAGS);
    return { ...opened, root: opened.place };
  }
  const root = await folder.root.get();
  if (root === undefined || isKernelPlace(root)) throw nothingThere();
  const target = rules.follow ? await targetOf(root, path, rules) : path;
  const absolute = joinPath(root, target);
  if (isKernelPlace(absolute)) throw nothingThere();
  // Opening a device or a FIFO can have effects.
  if (!isKind(await lstat(absolute), kind)) throw nothingThere();
  const opened = await openAt(absolute, kind === "folder" ? FOLDER_FLAGS : SAFE_FLAGS);
  try {
    const found = pathWithin(root, opened.place);
    const isMeant = found !== undefined && samePath(found, target) && rules.shows(found);
    if (!isMeant || !isKind(await opened.handle.stat(), kind)) throw nothingThere();
    return { ...opened, root };
  } catch (error) {
    await opened.handle.close();
    throw error;
  }
}

async function openAt(path: Buffer, flags: number): Promise<Pick<OpenedPlace, "handle" | "place">> {
  const handle = await open(path, flags);
  try {
    const place = await placeOf(handle, path);
    if (place === undefined || isKernelPlace(place)) throw nothingThere();
    return { handle, place };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Follows links. @returns where the path leads to, below the shared folder @throws {ResourceError} if that is outside, or not shared */
export async function targetOf(root: Buffer, path: Buffer, rules: FolderRules): Promise<Buffer> {
  const target = pathWithin(root, await realpath(joinPath(root, path), { encoding: "buffer" }));
  if (target === undefined || !rules.shows(target)) throw nothingThere();
  return target;
}

export function isKind(stats: Pick<Stats, "isFile" | "isDirectory">, kind: EntryKind): boolean {
  return kind === "folder" ? stats.isDirectory() : stats.isFile();
}

/** On Windows, some characters in a path have a meaning: streams of a file, another separator. No name has them. */
function isPossible(path: Buffer): boolean {
  return process.platform !== "win32" || !/[<>:"\\|?*]/u.test(path.toString());
}

function nothingThere(cause?: unknown): ResourceError {
  return new ResourceError("not-found", "the share has no such file or folder", { cause });
}
