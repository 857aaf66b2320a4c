/** The final path of a downloaded file, and how the part gets that name without replacing another file. */
import type { Stats } from "node:fs";
import { link, lstat, open, rename, unlink } from "node:fs/promises";
import { CliError, systemCode } from "../../failure/cli-error.ts";

/** Errors of link(2) on file systems without hard links, and on systems that forbid them. */
const NO_HARD_LINKS = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK", "EINVAL"]);

/** Stats the path without following links; undefined if nothing is there. @throws the system's error */
export async function statOf(path: string | Buffer): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** @throws CliError `exists` if something exists that must not be replaced */
export function refuseExisting(existing: Stats | undefined, shown: string, overwrite: boolean): void {
  if (existing === undefined) return;
  if (existing.isDirectory()) throw new CliError("exists", `${shown} is a folder. Choose another name with --name.`);
  if (!overwrite)
    throw new CliError("exists", `A file named ${shown} already exists. Use --overwrite to replace it, or --name for another name.`);
}

/**
 * Gives the complete part its final name, atomically, and never replaces another file unless `overwrite` is set.
 * @param makeLink link(2), which not every file system supports
 * @throws the system's error; `EEXIST` if the name is taken
 */
export async function publish(part: string, target: string | Buffer, overwrite: boolean, makeLink: typeof link = link): Promise<void> {
  if (overwrite) return rename(part, target);
  try {
    await makeLink(part, target);
  } catch (error) {
    if (!NO_HARD_LINKS.has(systemCode(error) ?? "")) throw error;
    return renameReserved(part, target);
  }
  await unlink(part);
}

/** Without hard links: reserves the name with an empty file, and renames the part over it. */
async function renameReserved(part: string, target: string | Buffer): Promise<void> {
  await (await open(target, "wx")).close();
  try {
    await rename(part, target);
  } catch (error) {
    await unlink(target);
    throw error;
  }
}

/** Syncs a folder, so that the new name survives a power loss. Not every system supports it; the file's content is safe already. */
export async function syncFolder(folder: string | Buffer): Promise<void> {
  try {
    const handle = await open(folder, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // Windows can't open folders; some network file systems can't sync them.
  }
}
