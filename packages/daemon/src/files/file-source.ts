import { constants } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { StreamError } from "../daemon-error.ts";
import { ContentSamples } from "./content-samples.ts";
import { compareVersions, etagOf, type FileChange, type FileVersion, sameVersion, versionOf } from "./file-version.ts";
import { mediaTypeOf } from "./media-type.ts";
import { type ProbedFile, probeFile } from "./probe-file.ts";
import { readFully } from "./read-fully.ts";
import { systemErrorWords } from "../system-error.ts";

/** What a read gave. */
export interface ReadOutcome {
  /** Fewer than asked for only where the file ends. */
  readonly bytes: number;
  /** What had happened to the file by the end of the read. After "shrunk" and "rewritten", what was read may be of another version. */
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
 * @throws {StreamError} `not-a-file` for folders, fifos, sockets and devices; `cannot-open` where the system refuses, its error in `cause`;
 * `wrong-size` where the system reports a size that is not the file's
 */
export async function openFileSource(path: string): Promise<FileSource> {
  const absolute = resolve(path);
  let handle: FileHandle | undefined;
  try {
    // Looked at before it is opened, for opening alone can have effects on a device; and after, for it may be another one by then.
    refuseOthers(await stat(absolute), path);
    handle = await open(absolute, OPEN_FLAGS);
    refuseOthers(await handle.stat(), path);
    return new LocalFile(absolute, handle, await probeFile(handle, path));
  } catch (error) {
    await handle?.close();
    if (error instanceof StreamError) throw error;
    throw new StreamError("cannot-open", `${path} can't be opened: ${systemErrorWords(error)}`, { cause: error });
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
  readonly #samples = new ContentSamples();
  /** The last look at the open file. */
  #last: { readonly opened: FileVersion; readonly change: FileChange };
  #checked: { readonly change: FileChange; readonly atMs: number };
  /** The file as it was when the samples were last found in it. */
  #matched: FileVersion;
  /** The first change of its bytes that was seen: they stay changed, whatever is seen later. */
  #spoilt: FileChange | undefined;
  #closing: Promise<void> | undefined;

  constructor(path: string, handle: FileHandle, { version, head, tail }: ProbedFile) {
    this.#path = path;
    this.#handle = handle;
    this.#version = version;
    this.#matched = version;
    this.#last = { opened: version, change: "same" };
    this.#checked = { change: "same", atMs: performance.now() };
    this.name = basename(path);
    this.size = Number(version.size);
    this.modifiedMs = Number(version.modifiedNs / 1_000_000n);
    this.etag = etagOf(version);
    this.#samples.keep(0, head);
    this.#samples.keep(this.size - tail.byteLength, tail);
    const mediaType = mediaTypeOf(this.name, head);
    if (mediaType !== undefined) this.mediaType = mediaType;
  }

  /**
   * The file is looked at after each read: a system sets the time before it writes the bytes, so a file that is the same after a read was the same
   * during the read. Looking before it too would see nothing more.
   */
  async read(offset: number, into: Uint8Array): Promise<ReadOutcome> {
    const bytes = await readFully(this.#handle, offset, into);
    const opened = versionOf(await this.#handle.stat({ bigint: true }));
    // Most reads find the file as it was at the last look. Its path has looks of its own.
    const change = sameVersion(opened, this.#last.opened) ? (this.#spoilt ?? this.#last.change) : await this.#compare(opened);
    if (change === "same" || change === "grown") this.#samples.note(offset, into.subarray(0, bytes));
    return { bytes, change };
  }

  async checkVersion(maxAgeMs: number): Promise<FileChange> {
    const startedMs = performance.now();
    if (startedMs - this.#checked.atMs < maxAgeMs) return this.#checked.change;
    const change = await this.#compare(versionOf(await this.#handle.stat({ bigint: true })));
    this.#checked = { change, atMs: startedMs };
    return change;
  }

  close(): Promise<void> {
    this.#closing ??= this.#handle.close();
    return this.#closing;
  }

  async #compare(opened: FileVersion): Promise<FileChange> {
    const seen = compareVersions(this.#version, opened, await this.#statPath());
    const overwritten = opened.size > this.#version.size && !(await this.#hasSamples(opened));
    const change = overwritten ? "rewritten" : seen;
    if (change === "shrunk" || change === "rewritten") this.#spoilt ??= change;
    this.#last = { opened, change };
    return this.#spoilt ?? change;
  }

  /** Whether a file that is longer now still begins with the announced bytes, as far as samples tell. */
  async #hasSamples(opened: FileVersion): Promise<boolean> {
    if (sameVersion(opened, this.#matched)) return true;
    if (!(await this.#samples.match(this.#handle))) return false;
    this.#matched = opened;
    return true;
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
