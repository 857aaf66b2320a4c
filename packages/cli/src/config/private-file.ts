import { randomUUID } from "node:crypto";
import { mkdir, open, rename, rm, rmdir } from "node:fs/promises";
import { dirname } from "node:path";
import { systemCode } from "../failure/cli-error.ts";

/** Only the owner reads or writes. */
const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;

/** Writes a small file whole or not at all, readable by its owner alone: beside it first, then renamed over it. */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: PRIVATE_FOLDER });
  const beside = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(beside, "wx", PRIVATE_FILE);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

/** Longest wait for another process, milliseconds. It needs a few; one that was killed leaves its lock, and is waited for so long once. */
const LOCK_PATIENCE_MS = 2000;
const LOCK_PAUSE_MS = 20;

/** Runs a task that reads and writes a small file, one process at a time. Where no lock can be made, the task's own writing tells why. */
export async function whileLocked<T>(path: string, task: () => Promise<T>): Promise<T> {
  const lock = `${path}.lock`;
  const locked = await takeLock(lock);
  try {
    return await task();
  } finally {
    if (locked) await rmdir(lock).catch(() => undefined);
  }
}

async function takeLock(lock: string): Promise<boolean> {
  const untilMs = performance.now() + LOCK_PATIENCE_MS;
  for (;;) {
    try {
      await mkdir(dirname(lock), { recursive: true, mode: PRIVATE_FOLDER });
      await mkdir(lock, { mode: PRIVATE_FOLDER });
      return true;
    } catch (error) {
      if (systemCode(error) !== "EEXIST") return false;
      // It was killed: its lock is taken over.
      if (performance.now() > untilMs) return true;
    }
    await new Promise((resolve) => setTimeout(resolve, LOCK_PAUSE_MS));
  }
}
