/** The folder of a tree's incomplete files. It exists only during a download, and after one that stopped. */
import { createHash } from "node:crypto";
import { lstat, readdir, rmdir, unlink } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder } from "./local-folder.ts";
import { isAlive } from "../save/part-owner.ts";
import { isPart, ownerOf, type PartKey } from "../save/part-name.ts";

/** In the target folder: on the same file system, so that a complete file is renamed. */
export const PARTS_FOLDER = ".rangecast-parts";

const DIGITS = 16;

/** How the parts of a file are named: each file of the share has its own. @param path within the share */
export function partOf(
  shareId: string,
  path: Buffer,
  version: { readonly etag: string; readonly size: number },
): { name: string; key: PartKey } {
  return {
    name: createHash("sha256").update(path).digest("hex").slice(0, DIGITS),
    key: { ...version, shareId: `${shareId} ${path.toString("hex")}` },
  };
}

/**
 * Makes the folder, and removes what a killed process left there that can't be used any more.
 * @param usefulBytes shorter parts are not continued
 * @throws CliError `exists`; the system's error
 */
export async function openParts(target: string, usefulBytes: number): Promise<string> {
  const folder = join(target, PARTS_FOLDER);
  if (await makeFolder(Buffer.from(folder))) return folder;
  for (const name of (await readdir(folder)).filter(isPart)) {
    const path = join(folder, name);
    const stats = await lstat(path);
    const owner = ownerOf(name);
    if (owner !== undefined && isAlive(owner, stats.mtimeMs)) continue;
    // With two names, it is complete: the process ended before it removed the first.
    if (stats.nlink > 1 || (owner !== undefined && stats.size < usefulBytes)) await unlink(path);
  }
  return folder;
}

/** Removes the folder if nothing is left to continue. */
export async function closeParts(folder: string): Promise<void> {
  try {
    await rmdir(folder);
  } catch {
    // It has parts of files that failed, or of another process.
  }
}
