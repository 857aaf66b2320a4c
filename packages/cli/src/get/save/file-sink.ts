/** A file in the user's folder: its part, found again or begun, and the name that it gets in the end. */
import { constants } from "node:fs";
import { type FileHandle, open, statfs, unlink, utimes } from "node:fs/promises";
import { uptime } from "node:os";
import { join } from "node:path";
import { CliError, systemCode } from "../../failure/cli-error.ts";
import { formatBytes } from "../../format.ts";
import { claimPart, releasePart } from "./claim-part.ts";
import { TOUCH_MS } from "./part-owner.ts";
import { PartFile, PartGoneError, trustedLength } from "./part-file.ts";
import type { PartKey } from "./part-name.ts";
import { lookAt, publish, refuseTaken, syncFolder } from "./save-target.ts";
import type { Sink } from "../sink.ts";

export interface FileSinkOptions {
  /** Where the file is saved, and its part beside it. */
  readonly folder: string;
  /** Of the file, safe. */
  readonly name: string;
  readonly key: PartKey;
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

/** @throws CliError `in-use`, `exists`, `no-space`; the system's error */
export async function openFileSink(options: FileSinkOptions): Promise<FileSink> {
  const { folder, name, key, overwrite } = options;
  const target = join(folder, name);
  let finished = false;
  const { path, outdated } = await claimPart({
    folder,
    name,
    key,
    approve: async (part) => {
      const there = await lookAt(target);
      const same = part === undefined ? undefined : await lookAt(part);
      // The very file under both names: the last run ended between its last two steps.
      finished = same !== undefined && same.ino === there?.ino && same.dev === there.dev && same.size === key.size;
      if (!finished) refuseTaken(there, name, overwrite);
    },
  });
  const { handle, length } = await openClaimed(path, options, finished);
  const sink = new PartSink({ ...options, path, target, part: new PartFile(handle, length), finished }, outdated);
  const lack = await lackOfSpace(folder, key.size - length);
  if (lack === undefined) return sink;
  throw new CliError("no-space", lack, { resumable: await sink.close() });
}

interface PartSinkOptions extends FileSinkOptions {
  readonly part: PartFile;
  readonly path: string;
  readonly target: string;
  readonly finished: boolean;
}

class PartSink implements FileSink {
  readonly outdated: boolean;
  readonly #options: PartSinkOptions;
  /** Tells those who can't look this process up that it is there. */
  readonly #touching: NodeJS.Timeout;
  #named = false;

  constructor(options: PartSinkOptions, outdated: boolean) {
    this.#options = options;
    this.outdated = outdated;
    this.#touching = setInterval(() => void touch(options.path), TOUCH_MS);
    this.#touching.unref();
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
    try {
      if (finished) await unlink(path);
      else await publish(path, target, overwrite);
    } catch (cause) {
      if (systemCode(cause) !== "ENOENT") throw cause;
      const folderIsThere = (await lookAt(folder)) !== undefined;
      throw new PartGoneError(`${folderIsThere ? "it" : "its folder"} was moved or deleted meanwhile`, { cause });
    }
    this.#named = true;
    await syncFolder(folder);
  }

  async close(): Promise<boolean> {
    const { part, path, resumable } = this.#options;
    clearInterval(this.#touching);
    if (this.#named) return false;
    const useful = resumable && part.length > 0;
    try {
      if (useful) await part.sync();
    } catch {
      // The length tells what is there; a disk that fails has been told of already, or will be the next time.
    }
    try {
      await part.close();
      if (useful) await releasePart(path, this.#options);
      else await unlink(path);
    } catch {
      // It is gone, or may not be deleted: the next run finds out.
    }
    return useful;
  }
}

async function touch(path: string): Promise<void> {
  const now = new Date();
  try {
    await utimes(path, now, now);
  } catch {
    // It is gone, or may not be touched: who writes it finds out.
  }
}

async function openClaimed(path: string, options: FileSinkOptions, finished: boolean): Promise<{ handle: FileHandle; length: number }> {
  try {
    return await goOn(path, options.key.size, finished);
  } catch (error) {
    await releasePart(path, options);
    throw error;
  }
}

async function goOn(path: string, size: number, finished: boolean): Promise<{ handle: FileHandle; length: number }> {
  const handle = await open(path, constants.O_RDWR | NO_FOLLOW);
  try {
    const stats = await handle.stat();
    // A second name would be somebody's trick, too: what is written here would be written there.
    if (!stats.isFile() || (stats.nlink > 1 && !finished))
      throw new CliError("cannot-write", "The part that is there is no file of its own. Delete it and run the same command again.");
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
