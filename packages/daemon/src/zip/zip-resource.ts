import { StreamError } from "../daemon-error.ts";
import { namesNothing } from "../system-error.ts";
import type { FileChange } from "../resources/file-version.ts";
import type { Logger } from "../logger.ts";
import { type ReadOutcome, type Resource, ResourceError } from "../resources/resource.ts";
import type { CrcStore } from "./crcs/crc-store.ts";
import type { ZipLayout, ZipPlace } from "./layout/layout.ts";
import { MAX_REREAD_BYTES, MissingCrcs } from "./crcs/missing-crcs.ts";
import { OpenFiles } from "./open-files.ts";
import { centralHeader, descriptor, localHeader } from "./layout/records.ts";
import { SavedCrcs } from "./crcs/saved-crcs.ts";
import { ZipError } from "./zip-error.ts";
import { type ReadableFile, ZippedFile } from "./zipped-file.ts";

export const ZIP_MEDIA_TYPE = "application/zip";

export interface ZipResourceOptions {
  readonly name: string;
  readonly layout: ZipLayout;
  /** Opens a file by its path below the folder that the archive is of. */
  readonly openFile: (path: Buffer) => Promise<ReadableFile>;
  readonly store: CrcStore;
  readonly logger: Logger;
  /** Called once, when it is closed. */
  readonly onClose?: () => void;
  /** @default {@link MAX_REREAD_BYTES} */
  readonly maxRereadBytes?: number;
}

/** Opens an archive: its bytes are made when they are read. Any range of it can be read, in any order. */
export async function openZip(options: ZipResourceOptions): Promise<ZipResource> {
  return new ZipResource(options, await SavedCrcs.load(options));
}

/** A folder as a zip archive. One version of it: when a file has changed, it can't be read any more. */
export class ZipResource implements Resource {
  readonly name: string;
  readonly size: number;
  readonly modifiedMs: number;
  readonly etag: string;
  readonly mediaType: string = ZIP_MEDIA_TYPE;
  readonly #options: ZipResourceOptions;
  readonly #layout: ZipLayout;
  readonly #saved: SavedCrcs;
  readonly #missing: MissingCrcs;
  readonly #files: OpenFiles;
  /** The first change of a file that was seen. */
  #changed = false;
  #closing: Promise<void> | undefined;

  constructor(options: ZipResourceOptions, saved: SavedCrcs) {
    const { layout, logger } = options;
    this.#options = options;
    this.#layout = layout;
    this.#saved = saved;
    this.#files = new OpenFiles((index) => this.#openFile(index), logger);
    const read = (index: number, offset: number, into: Uint8Array): Promise<void> => this.#readFile(index, offset, into);
    this.#missing = new MissingCrcs(saved.crcs, read, options.maxRereadBytes ?? MAX_REREAD_BYTES);
    this.name = options.name;
    this.size = layout.size;
    this.modifiedMs = layout.newestS * 1000;
    this.etag = layout.etag;
  }

  /** Bytes of files that were read only for their CRCs. */
  get rereadBytes(): number {
    return this.#missing.rereadBytes;
  }

  async read(offset: number, into: Uint8Array, signal?: AbortSignal): Promise<ReadOutcome> {
    const budget = this.#missing.budget();
    const wanted = Math.max(0, Math.min(into.byteLength, this.size - offset));
    let bytes = 0;
    try {
      while (bytes < wanted) {
        if (this.#changed) return { bytes: 0, change: "rewritten" };
        signal?.throwIfAborted();
        bytes += await this.#readPart(this.#layout.placeAt(offset + bytes), into.subarray(bytes, wanted), budget, signal);
      }
    } catch (error) {
      if (error instanceof ZipError && error.reason === "changed") return { bytes: 0, change: "rewritten" };
      throw error;
    }
    this.#saved.saveSometimes();
    return { bytes, change: this.#changed ? "rewritten" : "same" };
  }

  /** Files are checked when they are read: until then, nothing of them was sent. */
  checkVersion(): Promise<FileChange> {
    return Promise.resolve(this.#changed ? "rewritten" : "same");
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    try {
      await this.#missing.settled();
      await Promise.all([this.#files.close(), this.#saved.save()]);
    } finally {
      this.#options.onClose?.();
    }
  }

  /** Reads from one place to its end, or until `into` is full. @returns the number of bytes */
  async #readPart(place: ZipPlace, into: Uint8Array, budget: { bytes: number }, signal: AbortSignal | undefined): Promise<number> {
    if (place.part !== "content") {
      const part = (await this.#recordAt(place, budget, signal)).subarray(place.within).subarray(0, into.byteLength);
      into.set(part);
      return part.byteLength;
    }
    const { index, within } = place;
    const bytes = Math.min(into.byteLength, this.#layout.sizeOf(index) - within);
    await this.#readFile(index, within, into.subarray(0, bytes));
    return bytes;
  }

  async #recordAt(place: ZipPlace, budget: { bytes: number }, signal: AbortSignal | undefined): Promise<Uint8Array> {
    if (place.part === "end") return this.#layout.end();
    const entry = this.#layout.entryAt(place.index);
    if (place.part === "header") return localHeader(entry);
    const crc = await this.#missing.get(place.index, budget, signal);
    return place.part === "central" ? centralHeader(entry, crc) : descriptor(entry, crc);
  }

  /** Reads bytes of a file, and notes them for its CRC. @throws {ZipError} `changed`; the system's error */
  async #readFile(index: number, offset: number, into: Uint8Array): Promise<void> {
    const bytes = await this.#files.use(index, (file) => file.read(offset, into));
    if (bytes === undefined) throw this.#noteChange(index);
    if (bytes < into.byteLength) throw new Error(`${this.#nameOf(index)} ended early although it did not change`);
    this.#saved.crcs.note(index, offset, into);
  }

  async #openFile(index: number): Promise<ZippedFile> {
    try {
      return new ZippedFile(await this.#options.openFile(this.#layout.diskPathOf(index)), this.#layout.keyOf(index));
    } catch (error) {
      if (isGone(error)) throw this.#noteChange(index);
      throw new Error(`${this.#nameOf(index)} can't be read`, { cause: error });
    }
  }

  #noteChange(index: number): ZipError {
    const file = this.#nameOf(index);
    if (!this.#changed) this.#options.logger.warn("a file changed or is gone while its folder is read as a zip", { zip: this.name, file });
    this.#changed = true;
    return new ZipError("changed", `${file} changed`);
  }

  #nameOf(index: number): string {
    return this.#layout.diskPathOf(index).toString();
  }
}

function isGone(error: unknown): boolean {
  return (error instanceof ResourceError && error.reason === "not-found") || (error instanceof StreamError && namesNothing(error.cause));
}
