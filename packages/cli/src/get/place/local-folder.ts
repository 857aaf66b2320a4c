/** The folders into which a tree is saved. Nothing is written through a symbolic link, and so never outside the target. */
import { mkdir, utimes } from "node:fs/promises";
import { sep } from "node:path";
import { CliError, systemCode } from "../../failure/cli-error.ts";
import { printablePath } from "../../format.ts";
import { statOf } from "../save/save-target.ts";

const SEPARATOR: Buffer = Buffer.from(sep);

/** A path of the disk, as bytes, because names need not be UTF-8. */
export function joinLocal(folder: Buffer, name: Buffer): Buffer {
  return Buffer.concat([folder, SEPARATOR, name]);
}

/**
 * Makes a folder, or uses the one that is there. Its parent was made in the same way.
 * @returns whether it is new, and so empty
 * @throws CliError `exists` if something else is there, a symbolic link included; the system's error
 */
export async function makeFolder(path: Buffer): Promise<boolean> {
  try {
    await mkdir(path);
    return true;
  } catch (error) {
    if (systemCode(error) !== "EEXIST") throw error;
  }
  await checkFolder(path);
  return false;
}

/** @throws CliError `exists` if something is there that is no folder, a symbolic link included; the system's error */
export async function checkFolder(path: Buffer): Promise<void> {
  const stats = await statOf(path);
  if (stats === undefined || stats.isDirectory()) return;
  const what = stats.isSymbolicLink() ? "a symbolic link, which is not followed" : "not a folder";
  throw new CliError("exists", `${printablePath(path.toString())} is ${what}.`);
}

/** Latest time that is set, milliseconds since 1970: the year 9999. The host chooses it. */
const LATEST_MS = 253_402_300_799_000;

/** A time of the host that can be given to a file. */
export function settableTime(modifiedMs: number): Date {
  return new Date(Math.max(0, Math.min(LATEST_MS, modifiedMs)));
}

/** Keeps the time of a folder. Not every file system can, and nothing depends on it. */
export async function keepFolderTime(path: Buffer, modifiedMs: number): Promise<void> {
  try {
    await utimes(path, new Date(), settableTime(modifiedMs));
  } catch {
    // Its time is then that of the download.
  }
}
