import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { SessionError, StreamError } from "../daemon-error.ts";
import type { FolderOptions } from "../folder/folder-rules.ts";
import { FolderTree, type FolderTreeOptions } from "../folder/folder-tree.ts";
import { inspectPaths, type SharedPath } from "../folder/shared-paths.ts";
import { openFile } from "../resources/local-file.ts";
import { type ResourceTree, singleResource } from "../resources/resource.ts";
import { namesNothing } from "../system-error.ts";

/** What to share: a file, a folder, or several of them, which become the entries of a folder. */
export interface SharedContent extends FolderOptions {
  readonly path: string | readonly string[];
}

/** What a share serves. */
export interface ShareContent {
  /** What identifies it: the same paths have the same link each time. */
  readonly key: string;
  /** Absolute. */
  readonly paths: readonly string[];
  /** The path, absolute; several are joined by a comma. For display. */
  readonly path: string;
  readonly name: string;
  /** Bytes; 0 for a folder, which is not read before a viewer asks for it. */
  readonly size: number;
  readonly mediaType?: string;
  readonly isFolder: boolean;
  /**
   * Opens it for a session, as it is now. The session closes the root.
   * @throws {SessionError} `file-gone` or `no-file`
   */
  open(): Promise<ResourceTree>;
}

/**
 * Opens folders, or several files, for reading on this computer, with the rules of a share of them.
 * @throws {StreamError} `cannot-open` or `not-a-file`
 */
export async function openFolderTree({ path, ...options }: SharedContent): Promise<FolderTree> {
  return new FolderTree(await inspectPaths([path].flat()), options);
}

/**
 * Checks what is to be shared. A file is opened for that, a folder is not read.
 * @param serving what folders need of the daemon
 * @throws {StreamError} `no-path`, `cannot-open`, `not-a-file` or `wrong-size`
 */
export async function inspectContent(
  { path, ...options }: SharedContent,
  serving: Pick<FolderTreeOptions, "crcs" | "logger"> = {},
): Promise<ShareContent> {
  const given = [path].flat();
  if (given.length === 0 || given.includes("")) throw new StreamError("no-path", "a share needs a path");
  const paths = given.map((each) => resolve(each));
  const shared = await inspectPaths(paths);
  const [first, ...others] = shared;
  if (first === undefined || (others.length === 0 && first.kind === "file")) return fileContent(paths[0] ?? "");
  const tree = new FolderTree(shared, { ...options, ...serving });
  const name = first.name.toString() + (others.length === 0 ? "" : ` and ${others.length} more`);
  return { key: paths.join("\0"), paths, path: paths.join(", "), name, size: 0, isFolder: true, open: () => openFolder(tree, shared) };
}

async function fileContent(path: string): Promise<ShareContent> {
  const file = await openFile(path);
  const { name, size, mediaType } = file;
  await file.close();
  return {
    key: path,
    paths: [path],
    path,
    name,
    size,
    ...(mediaType === undefined ? {} : { mediaType }),
    isFolder: false,
    open: () => openShared(path),
  };
}

/** Opens a file as it is now: each session announces and serves the version of the time of its offer. */
async function openShared(path: string): Promise<ResourceTree> {
  try {
    return singleResource(await openFile(path));
  } catch (error) {
    if (error instanceof StreamError) {
      if (!namesNothing(error.cause)) throw new SessionError("no-file", error.message, { cause: error });
      throw new SessionError("file-gone", `the file ${path} is gone: it was deleted, moved or renamed`, { cause: error });
    }
    throw error;
  }
}

/** @throws {SessionError} `file-gone` if nothing of it is left */
async function openFolder(tree: FolderTree, shared: readonly SharedPath[]): Promise<ResourceTree> {
  const left = await Promise.allSettled(shared.map(({ path }) => stat(path)));
  if (left.some(({ status }) => status === "fulfilled")) return tree;
  const names = shared.map(({ path }) => path.toString()).join(", ");
  throw new SessionError("file-gone", `${names} is gone: it was deleted, moved or renamed`);
}
