import { constants } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { StreamError } from "../daemon-error.ts";
import { ContentSamples } from "./content-samples.ts";
import { compareVersions, etagOf, type FileChange, type FileVersion, sameVersion, versionOf } from "./file-version.ts";
import { mediaTypeOf } from "./media-type.ts";
import { type ProbedFile, probeFile } from "./probe-file.ts";
import { readFully } from "./read-fully.ts";
import type { ReadOutcome, Resource } from "./resource.ts";
import { systemErrorWords } from "../system-error.ts";

/** O_NONBLOCK, since opening a fifo would wait for its writer, and reading a terminal for its user. Windows has no such flag. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * Opens a regular file for reading.
 * @param path as bytes if it may not be UTF-8; relative to the working folder only as text
 * @throws {StreamError} `not-a-file` for folders, fifos, sockets and devices; `cannot-open` if the system refuses, with its error as `cause`;
 * `wrong-size` if the system reports a size that is not the file's
 */
export async function openFile(path: string | Buffer): Promise<Resource> {
  const absolute = typeof path === "string" ? resolve(path) : path;
  const handle = await openRegularFile(absolute);
  try {
    return await fileResource(handle, absolute);
  } catch (error) {
    await handle.close();
    throw toStreamError(error, absolute.toString());
  }
}

/** Opens a regular file, without looking at its content. The caller closes it. @throws {StreamError} `not-a-file`, `cannot-open` */
export async function openRegularFile(path: string | Buffer): Promise<FileHandle> {
  const shown = path.toString();
  let handle: FileHandle | undefined;
  try {
    // Checked before opening, because opening a device can have effects, and again after, because the path may name another file by then.
    refuseOthers(await stat(path), shown);
    handle = await open(path, OPEN_FLAGS);
    refuseOthers(await handle.stat(), shown);
    return handle;
  } catch (error) {
    await handle?.close();
    throw toStreamError(error, shown);
  }
}

function toStreamError(error: unknown, path: string): StreamError {
  if (error instanceof StreamError) return error;
  return new StreamError("cannot-open", `${path} can't be opened: ${systemErrorWords(error)}`, { cause: error });
}

/**
 * A file that is open already, as a resource that closes it. If this throws, the caller closes it.
 * @param path absolute; it tells whether the file is still there
 * @throws {StreamError} `wrong-size`, `cannot-open`; the system's error
 */
export async function fileResource(handle: FileHandle, path: string | Buffer): Promise<Resource> {
  return new LocalFile(path, handle, await probeFile(handle, path.toString()));
}

function refuseOthers(stats: { isFile(): boolean; isDirectory(): boolean }, path: string): void {
  if (stats.isDirectory()) throw new StreamError("not-a-file", `${path} is a folder`);
  if (!stats.isFile()) throw new StreamError("not-a-file", `${path} is not a regular file`);
}

class LocalFile implements Resource {
  readonly name: string;
  readonly size: number;
  readonly modifiedMs: number;
  readonly etag: string;
  readonly mediaType?: string;
  readonly #path: string | Buffer;
  readonly #handle: FileHandle;
  readonly #version: FileVersion;
  readonly #samples = new ContentSamples();
  /** The last check of the open file. */
  #last: { readonly opened: FileVersion; readonly change: FileChange };
  #checked: { readonly change: FileChange; readonly atMs: number };
  /** The file as it was when the samples last matched. */
  #matched: FileVersion;
  /** The first change of its bytes that was seen. It stays, whatever is seen later. */
  #spoilt: FileChange | undefined;
  #closing: Promise<void> | undefined;

  constructor(path: string | Buffer, handle: FileHandle, { version, head, tail }: ProbedFile) {
    this.#path = path;
    this.#handle = handle;
    this.#version = version;
    this.#matched = version;
    this.#last = { opened: version, change: "same" };
    this.#checked = { change: "same", atMs: performance.now() };
    this.name = basename(path.toString());
    this.size = Number(version.size);
    this.modifiedMs = Number(version.modifiedNs / 1_000_000n);
    this.etag = etagOf(version);
    this.#samples.keep(0, head);
    this.#samples.keep(this.size - tail.byteLength, tail);
    const mediaType = mediaTypeOf(this.name, head);
    if (mediaType !== undefined) this.mediaType = mediaType;
  }

  /**
   * The file is checked after each read. Systems set the times before they write the bytes, so a file that is unchanged after a read was unchanged during
   * it; a check before the read would find nothing more.
   */
  async read(offset: number, into: Uint8Array): Promise<ReadOutcome> {
    const bytes = await readFully(this.#handle, offset, into);
    const opened = await this.#statOpened();
    // Most reads find the file as it was at the last check. checkVersion() checks the path.
    const change = sameVersion(opened, this.#last.opened) ? this.#knownChange : await this.#compare(opened);
    if (change === "same" || change === "grown") this.#samples.note(offset, into.subarray(0, bytes));
    return { bytes, change };
  }

  async checkVersion(maxAgeMs: number): Promise<FileChange> {
    const startedMs = performance.now();
    if (startedMs - this.#checked.atMs < maxAgeMs) return this.#checked.change;
    const change = (await this.#isNamedAsBefore()) ? this.#knownChange : await this.#compare(await this.#statOpened());
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
    return this.#knownChange;
  }

  /** The change as of the last check. */
  get #knownChange(): FileChange {
    return this.#spoilt ?? this.#last.change;
  }

  /** Whether a file that grew still begins with the announced bytes, as far as samples can show (C-18). */
  async #hasSamples(opened: FileVersion): Promise<boolean> {
    if (sameVersion(opened, this.#matched)) return true;
    if (!(await this.#samples.match(this.#handle))) return false;
    this.#matched = opened;
    return true;
  }

  /** Whether the path names the open file, and that is as it was at the last check: one question to the system instead of two. */
  async #isNamedAsBefore(): Promise<boolean> {
    const { opened, change } = this.#last;
    if (change !== "same" && change !== "grown") return false;
    const named = await this.#statPath();
    return named !== undefined && sameVersion(named, opened);
  }

  async #statOpened(): Promise<FileVersion> {
    return versionOf(await this.#handle.stat({ bigint: true }));
  }

  /** The file that the path names now. A path that can't be checked counts as gone. */
  async #statPath(): Promise<FileVersion | undefined> {
    try {
      return versionOf(await stat(this.#path, { bigint: true }));
    } catch {
      return undefined;
    }
  }
}
