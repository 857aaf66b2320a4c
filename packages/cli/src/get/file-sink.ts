/** A file in the user's folder: its part, found again or begun, and the name that it gets in the end. */
import { constants } from "node:fs";
import { type FileHandle, open, readdir, statfs, unlink } from "node:fs/promises";
import { uptime } from "node:os";
import { join } from "node:path";
import { CliError } from "../cli-error.ts";
import { formatBytes } from "../format.ts";
import { PartialFile, trustedLength } from "./partial-file.ts";
import { type PartialKey, partialName, relationOf } from "./partial-name.ts";
import { lookAt, publish, refuseTaken, syncFolder } from "./save-target.ts";
import type { Sink } from "./sink.ts";

export interface FileSinkOptions {
  /** Where the file is saved, and its part beside it. */
  readonly folder: string;
  /** Of the file, safe. */
  readonly name: string;
  readonly key: PartialKey;
  /** Whether the host's validator lets bytes go on where they stopped; without, they are of no use once the program ends. */
  readonly resumable: boolean;
  readonly overwrite: boolean;
}

export interface FileSink extends Sink {
  /** A part of an older version was there; it is deleted. */
  readonly outdated: boolean;
}

/** A link must not lead the bytes elsewhere. Windows has no such flag, and there links need rights that strangers lack. */
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;

/** @throws CliError `exists`, `no-space`; the system's error */
export async function openFileSink(options: FileSinkOptions): Promise<FileSink> {
  const { folder, name, key, overwrite } = options;
  const target = join(folder, name);
  const parts = await findParts(folder, key);
  const there = await lookAt(target);
  const same = parts.same === undefined ? undefined : await lookAt(parts.same);
  // The very file under both names: the last run ended between its last two steps.
  const finished = same !== undefined && same.ino === there?.ino && same.dev === there.dev && same.size === key.size;
  if (!finished) refuseTaken(there, name, overwrite);
  for (const path of parts.older) await unlink(path);
  const path = parts.same ?? join(folder, partialName(name, key));
  const { handle, length } = parts.same === undefined ? { handle: await begin(path), length: 0 } : await goOn(path, key.size, finished);
  const sink = new PartSink({ ...options, path, target, part: new PartialFile(handle, length), finished }, parts.older.length > 0);
  const lack = await lackOfSpace(folder, key.size - length);
  if (lack === undefined) return sink;
  throw new CliError("no-space", lack, { resumable: await sink.close() });
}

interface PartSinkOptions extends FileSinkOptions {
  readonly part: PartialFile;
  readonly path: string;
  readonly target: string;
  readonly finished: boolean;
}

class PartSink implements FileSink {
  readonly outdated: boolean;
  readonly #options: PartSinkOptions;
  #named = false;

  constructor(options: PartSinkOptions, outdated: boolean) {
    this.#options = options;
    this.outdated = outdated;
  }

  get length(): number {
    return this.#options.part.length;
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.#options.part.write(bytes);
  }

  readBack(take: (bytes: Uint8Array) => void, signal: AbortSignal): Promise<void> {
    return this.#options.part.readBack(take, signal);
  }

  async finish(): Promise<void> {
    const { part, path, target, folder, overwrite, finished } = this.#options;
    await part.sync();
    // Windows renames no file that is open.
    await part.close();
    if (finished) await unlink(path);
    else await publish(path, target, overwrite);
    this.#named = true;
    await syncFolder(folder);
  }

  async close(): Promise<boolean> {
    const { part, path, resumable } = this.#options;
    if (this.#named) return false;
    const useful = resumable && part.length > 0;
    try {
      if (useful) await part.sync();
    } catch {
      // The length tells what is there; a disk that fails has been told of already, or will be the next time.
    }
    try {
      await part.close();
      if (!useful) await unlink(path);
    } catch {
      // It is gone, or may not be deleted: the next run finds out.
    }
    return useful;
  }
}

/** Regular files alone: a link of that name is somebody's trick. */
async function findParts(
  folder: string,
  key: PartialKey,
): Promise<{ readonly same: string | undefined; readonly older: readonly string[] }> {
  const files = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isFile()).map(({ name }) => name);
  const same = files.find((name) => relationOf(name, key) === "same");
  const older = files.filter((name) => relationOf(name, key) === "other-version");
  return { same: same === undefined ? undefined : join(folder, same), older: older.map((name) => join(folder, name)) };
}

function begin(path: string): Promise<FileHandle> {
  return open(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | NO_FOLLOW);
}

async function goOn(path: string, size: number, finished: boolean): Promise<{ handle: FileHandle; length: number }> {
  const handle = await open(path, constants.O_RDWR | NO_FOLLOW);
  try {
    const stats = await handle.stat();
    // A second name would be somebody's trick, too: what is written here would be written there.
    if (!stats.isFile() || (stats.nlink > 1 && !finished))
      throw new CliError("cannot-write", `${path} is no file of its own. Delete it and run the same command again.`);
    // Longer than the whole: these are not the bytes that it claims to have.
    const length = stats.size > size ? 0 : trustedLength(stats, Date.now() - uptime() * 1000);
    if (length !== stats.size) await handle.truncate(length);
    return { handle, length };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Better told now than after an hour. File systems that don't say how much is free are tried. */
async function lackOfSpace(folder: string, needed: number): Promise<string | undefined> {
  const free = await freeBytes(folder);
  if (free === undefined || free >= needed) return undefined;
  return `There is not enough space in ${folder}: ${formatBytes(needed)} are still to come, ${formatBytes(free)} are free. Make room.`;
}

async function freeBytes(folder: string): Promise<number | undefined> {
  try {
    const { blocks, bavail, bsize } = await statfs(folder);
    return blocks === 0 ? undefined : bavail * bsize;
  } catch {
    return undefined;
  }
}
