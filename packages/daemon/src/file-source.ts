import { constants } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { StreamError } from "./daemon-error.ts";
import { compareVersions, etagOf, type FileChange, type FileVersion, versionOf } from "./file-version.ts";
import { mediaTypeOf } from "./media-type.ts";
import { readFully } from "./read-fully.ts";

/** What a read gave. */
export interface ReadOutcome {
  /** Fewer than asked for only where the file ends. */
  readonly bytes: number;
  /** What had become of the open file's bytes by the end of the read: unless it is "same", what was read may be of another version. */
  readonly change: FileChange;
}

/** Bytes that ranges are read from, one version of them. */
export interface FileSource {
  /** The file's own name, without its folder. */
  readonly name: string;
  /** Bytes when it was opened. */
  readonly size: number;
  /** Last modification when it was opened, milliseconds since 1970. */
  readonly modifiedMs: number;
  /** Strong validator of the version that was opened. */
  readonly etag: string;
  readonly mediaType?: string;
  /**
   * Reads at `offset` until `into` is full or the file ends, and looks at the file after it.
   * @throws the system's error
   */
  read(offset: number, into: Uint8Array): Promise<ReadOutcome>;
  /**
   * What became of the file since it was opened, its path included.
   * @param maxAgeMs an answer so old will do, milliseconds; 0 looks now
   * @throws the system's error, where the open file itself can't be looked at
   */
  checkVersion(maxAgeMs: number): Promise<FileChange>;
  /** Waits for reads under way, then closes. Idempotent. */
  close(): Promise<void>;
}

/** Opening a fifo would wait for its writer, and reading a terminal for its user: this refuses to wait. Windows has no such flag. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * Opens a regular file for reading.
 * @throws {StreamError} `not-a-file` for folders, fifos, sockets and devices; `cannot-open` where the system refuses, its error in `cause`
 */
export async function openFileSource(path: string): Promise<FileSource> {
  const absolute = resolve(path);
  let handle: FileHandle | undefined;
  try {
    // Looked at before it is opened, for opening alone can have effects on a device; and after, for it may be another one by then.
    refuseOthers(await stat(absolute), path);
    handle = await open(absolute, OPEN_FLAGS);
    const stats = await handle.stat({ bigint: true });
    refuseOthers(stats, path);
    return new LocalFile(absolute, handle, versionOf(stats));
  } catch (error) {
    await handle?.close();
    if (error instanceof StreamError) throw error;
    throw new StreamError("cannot-open", `${path} can't be opened: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

function refuseOthers(stats: { isFile(): boolean; isDirectory(): boolean }, path: string): void {
  if (stats.isDirectory()) throw new StreamError("not-a-file", `${path} is a folder`);
  if (!stats.isFile()) throw new StreamError("not-a-file", `${path} is no regular file`);
}

class LocalFile implements FileSource {
  readonly name: string;
  readonly size: number;
  readonly modifiedMs: number;
  readonly etag: string;
  readonly mediaType?: string;
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #version: FileVersion;
  #checked: { readonly change: FileChange; readonly atMs: number };
  /** The first change of its bytes that was seen: whatever is seen later, they are not what they were. */
  #spoilt: FileChange | undefined;
  #closing: Promise<void> | undefined;

  constructor(path: string, handle: FileHandle, version: FileVersion) {
    this.#path = path;
    this.#handle = handle;
    this.#version = version;
    this.#checked = { change: "same", atMs: performance.now() };
    this.name = basename(path);
    this.size = Number(version.size);
    this.modifiedMs = Number(version.modifiedNs / 1_000_000n);
    this.etag = etagOf(version);
    const mediaType = mediaTypeOf(this.name);
    if (mediaType !== undefined) this.mediaType = mediaType;
  }

  /**
   * Looked at after the read, each time: a system sets the time before it writes the bytes, so a file that is the same after a read was the same while it
   * was read. Looking before it too would see nothing more.
   */
  async read(offset: number, into: Uint8Array): Promise<ReadOutcome> {
    const bytes = await readFully(this.#handle, offset, into);
    return { bytes, change: this.#compare(versionOf(await this.#handle.stat({ bigint: true })), this.#version) };
  }

  async checkVersion(maxAgeMs: number): Promise<FileChange> {
    const startedMs = performance.now();
    if (startedMs - this.#checked.atMs < maxAgeMs) return this.#checked.change;
    const [opened, named] = await Promise.all([this.#handle.stat({ bigint: true }), this.#statPath()]);
    const change = this.#compare(versionOf(opened), named);
    this.#checked = { change, atMs: startedMs };
    return change;
  }

  close(): Promise<void> {
    this.#closing ??= this.#handle.close();
    return this.#closing;
  }

  #compare(opened: FileVersion, named: FileVersion | undefined): FileChange {
    const change = compareVersions(this.#version, opened, named);
    if (change === "shrunk" || change === "rewritten") this.#spoilt ??= change;
    return this.#spoilt ?? change;
  }

  /** What the path names now. A path that can't be looked at any more counts as gone. */
  async #statPath(): Promise<FileVersion | undefined> {
    try {
      return versionOf(await stat(this.#path, { bigint: true }));
    } catch {
      return undefined;
    }
  }
}
