import { randomUUID } from "node:crypto";
import { chmod, link, mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { sleep } from "@rangecast/base";

/** Owner only: these files hold the secrets of all links. */
const PRIVATE_MODE = 0o600;
const PRIVATE_FOLDER_MODE = 0o700;

/**
 * Reads a private file. If others may read it too, its mode is corrected first.
 * @returns undefined if the file doesn't exist
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
 * Creates a private file atomically: a crash leaves no partial file, and of two processes that create it at once one succeeds.
 * @param makeLink link(2), which some file systems lack
 * @returns false if the file exists already
 * @throws the system's error
 */
export async function createPrivateFile(path: string, text: string, makeLink: typeof link = link): Promise<boolean> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeNew(temporary, text);
    return await nameNew(temporary, path, makeLink);
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Writes a file that only its owner may read, whole or not at all, and replaces an existing one. Creates its folder. @throws the system's error */
export async function writePrivateFile(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: PRIVATE_FOLDER_MODE });
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeNew(temporary, content);
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}

async function writeNew(path: string, content: string | Uint8Array): Promise<void> {
  const handle = await open(path, "wx", PRIVATE_MODE);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A hard link never replaces a file. On file systems without hard links (FAT, some network ones) one process at a time renames the file. */
async function nameNew(from: string, to: string, makeLink: typeof link): Promise<boolean> {
  try {
    await makeLink(from, to);
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
  }
  return whileLocked(to, async () => {
    if (await isThere(to)) return false;
    await rename(from, to);
    return true;
  });
}

/** Longest wait for the lock of another process, milliseconds. It is held for a few; that of a process that was killed is ignored after this time. */
const LOCK_PATIENCE_MS = 2000;
const LOCK_PAUSE_MS = 20;

/** Runs a task that reads and writes a small file, one process at a time. If no lock can be made, the task runs without one, and its own write fails. */
export async function whileLocked<T>(path: string, task: () => Promise<T>): Promise<T> {
  const lock = `${path}.lock`;
  const locked = await takeLock(lock);
  try {
    return await task();
  } finally {
    if (locked) await rm(lock, { recursive: true, force: true });
  }
}

async function takeLock(lock: string): Promise<boolean> {
  const untilMs = performance.now() + LOCK_PATIENCE_MS;
  for (;;) {
    try {
      await mkdir(dirname(lock), { recursive: true, mode: PRIVATE_FOLDER_MODE });
      await mkdir(lock, { mode: PRIVATE_FOLDER_MODE });
      return true;
    } catch (error) {
      if (!hasCode(error, "EEXIST")) return false;
      if (performance.now() > untilMs) return true;
    }
    await sleep(LOCK_PAUSE_MS);
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return false;
    throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
