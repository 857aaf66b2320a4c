/** Where a file is saved in the end, and how its part gets that name without taking it from anybody. */
import type { Stats } from "node:fs";
import { link, lstat, open, rename, unlink } from "node:fs/promises";
import { CliError, systemCode } from "../../failure/cli-error.ts";

/** What file systems without hard links, and systems that forbid them, answer to link(2). */
const NO_HARD_LINKS = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK", "EINVAL"]);

/** What the path names, without following it; undefined where it names nothing. @throws the system's error */
export async function lookAt(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** @throws CliError `exists` where something is there that must not be replaced */
export function refuseTaken(there: Stats | undefined, shown: string, overwrite: boolean): void {
  if (there === undefined) return;
  if (there.isDirectory()) throw new CliError("exists", `${shown} is a folder. Give another name with --name.`);
  if (!overwrite)
    throw new CliError("exists", `There is a file ${shown} already. Use --overwrite to replace it, or --name for another name.`);
}

/**
 * Gives the part its name: in one step, and never over a file that came meanwhile, unless that is asked for.
 * @param makeLink link(2), which not every file system has
 * @throws the system's error; `EEXIST` where the name is taken
 */
export async function publish(part: string, target: string, overwrite: boolean, makeLink: typeof link = link): Promise<void> {
  if (overwrite) return rename(part, target);
  try {
    await makeLink(part, target);
  } catch (error) {
    if (!NO_HARD_LINKS.has(systemCode(error) ?? "")) throw error;
    return renameReserved(part, target);
  }
  await unlink(part);
}

/** Without hard links: takes the name with an empty file, which nobody else can then take, and renames over that. */
async function renameReserved(part: string, target: string): Promise<void> {
  await (await open(target, "wx")).close();
  try {
    await rename(part, target);
  } catch (error) {
    await unlink(target);
    throw error;
  }
}

/** Asks the disk to keep a folder's new names, too. Not every system can, and what is in the files is safe already. */
export async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // Windows opens no folders; some network file systems don't sync them.
  }
}
