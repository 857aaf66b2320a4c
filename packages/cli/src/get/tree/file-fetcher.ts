/** Downloads one file of a tree. */
import { randomUUID } from "node:crypto";
import { sleep } from "@rangecast/base";
import { ClientError } from "@rangecast/client";
import { openFileSink } from "../save/file-sink.ts";
import { settableTime } from "../place/local-folder.ts";
import { partOf } from "../place/parts-folder.ts";
import { saveSmall, type SmallFile } from "../place/save-small.ts";
import { contentBytes, type ListedFile, readEntries } from "../together/zip-entries.ts";
import { Slots } from "./slots.ts";
import type { TreeFile, TreeSource } from "./tree-source.ts";
import type { ActiveFile } from "./tree-tally.ts";

/** Largest file that is fetched as a whole and written at once, bytes. It costs few steps, and starts over if it is interrupted. */
export const SMALL_BYTES: number = 1024 * 1024;
/** Larger files at once: one fills the path, and a few more hide the pauses between files. More would only scatter the reads of both disks. */
const LARGE_AT_ONCE = 4;
/** Files that are open at the host at once, which hides the two round trips of each: half of the handles that the daemon allows. */
const HANDLES = 32;
/** Archives of small files that are open at once. */
const ARCHIVES = 8;
/** How often a file is opened while the host has too many open, and the first pause, milliseconds. Each pause is twice as long. */
const OPEN_TRIES = 6;
const OPEN_PAUSE_MS = 200;

export interface FetchFileOptions {
  readonly source: TreeSource;
  readonly shareId: string;
  /** See parts-folder.ts. */
  readonly parts: string;
  readonly overwrite: boolean;
}

export interface WantedFile {
  /** Within the share. */
  readonly path: Buffer;
  readonly target: Buffer;
  /** As listed; the version that is opened counts. */
  readonly size: number;
  readonly modifiedMs: number;
}

export class FileFetcher {
  readonly #options: FetchFileOptions;
  readonly #large = new Slots(LARGE_AT_ONCE);
  readonly #handles = new Slots(HANDLES);
  readonly #archives = new Slots(ARCHIVES);

  constructor(options: FetchFileOptions) {
    this.#options = options;
  }

  /**
   * Downloads small files of one folder in an archive that the host makes of them.
   * @param archive see {@link Together}
   * @param files in the order of the bytes of their names
   * @returns the content of each @throws {ClientError}; {@link ArchiveError}; the signal's reason
   */
  fetchTogether(archive: Uint8Array, files: readonly ListedFile[], signal: AbortSignal): Promise<Uint8Array[]> {
    return this.#archives.run(async () => {
      const zip = await this.#open(archive, signal);
      try {
        return readEntries(await zip.read({ start: 0, end: contentBytes(files), priority: "background", signal }), files);
      } finally {
        zip.close();
      }
    }, signal);
  }

  /** Saves a small file whose bytes are there. @returns bytes that were downloaded @throws CliError; the system's error */
  async save({ path, target, modifiedMs }: WantedFile, bytes: Uint8Array): Promise<number> {
    const { parts, overwrite } = this.#options;
    await saveSmall({ ...this.#partOf(path, { size: bytes.byteLength }), parts, target, bytes, modifiedMs, overwrite });
    return bytes.byteLength;
  }

  /** @returns bytes that were downloaded @throws {ClientError}; CliError; the system's error; the signal's reason */
  fetch(wanted: WantedFile, active: ActiveFile, signal: AbortSignal): Promise<number> {
    const fetch = (): Promise<number> => this.#fetch(wanted, active, signal);
    return wanted.size > SMALL_BYTES ? this.#large.run(fetch, signal) : fetch();
  }

  async #fetch(wanted: WantedFile, active: ActiveFile, signal: AbortSignal): Promise<number> {
    const arrived = await this.#handles.run(() => this.#receive(wanted, active, signal), signal);
    if ("fetched" in arrived) return arrived.fetched;
    // The next file is opened while this one is written.
    await saveSmall(arrived);
    return arrived.bytes.byteLength;
  }

  /** Opens a file and reads it: a large one into its part, a small one into memory. */
  async #receive(wanted: WantedFile, active: ActiveFile, signal: AbortSignal): Promise<SmallFile | { readonly fetched: number }> {
    const file = await this.#open(wanted.path, signal);
    try {
      if (file.provisional === true) throw new ClientError("unsupported", "the host doesn't know its size");
      const version = { ...wanted, size: file.size, modifiedMs: settableTime(file.modifiedMs ?? wanted.modifiedMs).getTime() };
      if (file.size > SMALL_BYTES) return { fetched: await this.#fetchLarge(file, version, active, signal) };
      return await this.#readSmall(file, version, signal);
    } finally {
      file.close();
    }
  }

  async #open(path: Uint8Array, signal: AbortSignal): Promise<TreeFile> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#options.source.open(path, signal);
      } catch (error) {
        if (!(error instanceof ClientError) || error.reason !== "busy" || tries === OPEN_TRIES) throw error;
      }
      await sleep(OPEN_PAUSE_MS * 2 ** (tries - 1), signal);
    }
  }

  async #readSmall(file: TreeFile, { path, target, size, modifiedMs }: WantedFile, signal: AbortSignal): Promise<SmallFile> {
    const { parts, overwrite } = this.#options;
    const bytes = size === 0 ? new Uint8Array() : await file.read({ start: 0, end: size, priority: "background", signal });
    return { ...this.#partOf(path, file), parts, target, bytes, modifiedMs, overwrite };
  }

  async #fetchLarge(
    file: TreeFile,
    { path, target, size, modifiedMs }: WantedFile,
    active: ActiveFile,
    signal: AbortSignal,
  ): Promise<number> {
    const { parts, overwrite } = this.#options;
    const part = this.#partOf(path, file);
    const sink = await openFileSink({ ...part, folder: parts, resumable: file.etag !== undefined, overwrite, target, modifiedMs });
    try {
      const before = sink.length;
      active.bytes = before;
      active.resumed = before;
      for await (const bytes of file.stream({ start: before, priority: "background", signal })) {
        await sink.write(bytes);
        active.bytes = sink.length;
      }
      // A stream never ends short. If it did, that would be a bug of ours, and the file must not be kept.
      if (sink.length !== size) throw new Error(`${sink.length} bytes came of ${size}`);
      await sink.finish();
      return size - before;
    } finally {
      await sink.close();
    }
  }

  #partOf(path: Buffer, { etag = randomUUID(), size }: Pick<TreeFile, "etag" | "size">): ReturnType<typeof partOf> {
    return partOf(this.#options.shareId, path, { etag, size });
  }
}
