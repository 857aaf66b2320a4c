import { randomUUID } from "node:crypto";
import { chmod, link, open, readFile, rename, rm, stat } from "node:fs/promises";

/** Owner only: what is in these files opens every link. */
const PRIVATE_MODE = 0o600;

/**
 * Reads a file that only its owner may read; one that others may read as well is tightened first.
 * @returns undefined where there is none
 * @throws the system's error
 */
export async function readPrivateFile(path: string): Promise<string | undefined> {
  try {
    const { mode } = await stat(path);
    if ((mode & 0o077) !== 0 && process.platform !== "win32") await chmod(path, PRIVATE_MODE);
    return await readFile(path, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

/**
 * Writes a file that is not there yet, whole or not at all: a crash leaves no half of it, and of two processes at once one wins.
 * @returns whether it was written; false where there is one already
 * @throws the system's error
 */
export async function createPrivateFile(path: string, text: string): Promise<boolean> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeNew(temporary, text);
    await linkOrRename(temporary, path);
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function writeNew(path: string, text: string): Promise<void> {
  const handle = await open(path, "wx", PRIVATE_MODE);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A hard link never replaces what is there. File systems without them (FAT, some network ones) get a rename. */
async function linkOrRename(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (hasCode(error, "EEXIST")) throw error;
    await rename(from, to);
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
