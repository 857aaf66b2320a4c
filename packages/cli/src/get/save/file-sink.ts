/** Saves a file in the user's folder: continues or creates its part, and renames that when it is complete. */
import { constants } from "node:fs";
import { type FileHandle, open, statfs, unlink, utimes } from "node:fs/promises";
import { uptime } from "node:os";
import { join } from "node:path";
import { CliError, systemCode } from "../../failure/cli-error.ts";
import { formatBytes } from "../../format.ts";
import { claimPart, type ClaimOptions, releasePart } from "./claim-part.ts";
import { TOUCH_MS } from "./part-owner.ts";
import { PartFile, PartGoneError, trustedLength } from "./part-file.ts";
import { publish, refuseExisting, statOf, syncFolder } from "./save-target.ts";
import type { Sink } from "../sink.ts";

export interface FileSinkOptions extends Pick<ClaimOptions, "folder" | "name" | "key"> {
  /** Whether the host identifies the version of the file, so that a later run can continue. */
  readonly resumable: boolean;
  readonly overwrite: boolean;
  /** Where the complete file is saved, on the same file system. @default `folder` and `name` */
  readonly target?: string | Buffer;
  /** Time of the complete file, milliseconds since 1970. @default when it was written */
  readonly modifiedMs?: number;
}

export interface FileSink extends Sink {
  /** Whether a part of an older version was deleted. */
  readonly outdated: boolean;
}

/** Prevents writing through a symbolic link. Windows has no such flag, but creating links there needs special rights. */
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;

/** @throws CliError `in-use`, `exists`, `no-space`; the system's error */
export async function openFileSink(options: FileSinkOptions): Promise<FileSink> {
  const { folder, name, key, overwrite, target = join(folder, name) } = options;
  let finished = false;
  const { path, outdated } = await claimPart({
    folder,
    name,
    key,
    approve: async (part) => {
      const existing = await statOf(target);
      const same = part === undefined ? undefined : await statOf(part);
      // One file with both names: the last run ended between the two steps of publish().
      finished = same !== undefined && same.ino === existing?.ino && same.dev === existing.dev && same.size === key.size;
      if (!finished) refuseExisting(existing, name, overwrite);
    },
  });
  const { handle, length } = await openClaimed(path, options, finished);
  const sink = new PartSink({ ...options, path, target, part: new PartFile(handle, length), finished }, outdated);
  const noSpace = await checkSpace(folder, key.size - length);
  if (noSpace === undefined) return sink;
  throw new CliError("no-space", noSpace, { resumable: await sink.close() });
}

interface PartSinkOptions extends FileSinkOptions {
  readonly part: PartFile;
  readonly path: string;
  readonly target: string | Buffer;
  readonly finished: boolean;
}

class PartSink implements FileSink {
  readonly outdated: boolean;
  readonly #options: PartSinkOptions;
  /** Shows processes on other machines that this one is running. */
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
    const { part, path, target, folder, overwrite, finished, modifiedMs } = this.#options;
    await part.sync();
    clearInterval(this.#touching);
    if (modifiedMs !== undefined) await utimes(path, new Date(), new Date(modifiedMs));
    // Windows can't rename an open file.
    await part.close();
    try {
      if (finished) await unlink(path);
      else await publish(path, target, overwrite);
    } catch (cause) {
      if (systemCode(cause) !== "ENOENT") throw cause;
      const folderExists = (await statOf(folder)) !== undefined;
      throw new PartGoneError(`${folderExists ? "it" : "its folder"} was moved or deleted during the download`, { cause });
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
      // The file's length is still right, and the disk's failure was reported already, or will be by the next run.
    }
    try {
      await part.close();
      if (useful) await releasePart(path, this.#options);
      else await unlink(path);
    } catch {
      // It is gone or can't be deleted: the next run handles that.
    }
    return useful;
  }
}

async function touch(path: string): Promise<void> {
  const now = new Date();
  try {
    await utimes(path, now, now);
  } catch {
    // It is gone or can't be touched: the next write reports that.
  }
}

async function openClaimed(path: string, options: FileSinkOptions, finished: boolean): Promise<{ handle: FileHandle; length: number }> {
  try {
    return await openPart(path, options.key.size, finished);
  } catch (error) {
    await releasePart(path, options);
    throw error;
  }
}

async function openPart(path: string, size: number, finished: boolean): Promise<{ handle: FileHandle; length: number }> {
  const handle = await open(path, constants.O_RDWR | NO_FOLLOW);
  try {
    const stats = await handle.stat();
    // A hard link may be an attack, too: the bytes would be written to the other file.
    if (!stats.isFile() || (stats.nlink > 1 && !finished))
      throw new CliError("cannot-write", "The existing partial file is a link to another file. Delete it and run the same command again.");
    // A part longer than the file can't contain the right bytes.
    const length = stats.size > size ? 0 : trustedLength(stats, Date.now() - uptime() * 1000);
    if (length !== stats.size) await handle.truncate(length);
    return { handle, length };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Checks the free space before the download starts. If the file system doesn't report it, the download is attempted. @returns why it can't start */
async function checkSpace(folder: string, needed: number): Promise<string | undefined> {
  const free = await freeBytes(folder);
  if (free === undefined || free >= needed) return undefined;
  return `There is not enough space in ${folder}: ${formatBytes(needed)} needed, ${formatBytes(free)} free. Free some space.`;
}

async function freeBytes(folder: string): Promise<number | undefined> {
  try {
    const { blocks, bavail, bsize } = await statfs(folder);
    return blocks === 0 ? undefined : bavail * bsize;
  } catch {
    return undefined;
  }
}
