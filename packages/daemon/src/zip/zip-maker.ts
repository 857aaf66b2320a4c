import { joinPath } from "../folder/place.ts";
import { RangeSlots } from "../serving/range-slots.ts";
import type { Logger } from "../logger.ts";
import { type Resource, ResourceError } from "../resources/resource.ts";
import type { CrcStore } from "./crcs/crc-store.ts";
import { LayoutBuilder, MAX_ZIP_ENTRIES } from "./layout/layout-builder.ts";
import { walkFolder, type WalkedTree } from "./walk-folder.ts";
import { ZipError } from "./zip-error.ts";
import { openZip } from "./zip-resource.ts";
import type { ReadableFile } from "./zipped-file.ts";

/** Most entries of all archives of a share that are open or being laid out: 90 to 150 MB, with names of usual length. */
export const MAX_OPEN_ENTRIES = 1_000_000;

/** Most archives of a share that are open: each may hold a few files open. */
export const MAX_OPEN_ZIPS = 32;

export interface ZipMakerOptions {
  readonly tree: WalkedTree;
  readonly store: CrcStore;
  readonly logger: Logger;
  /** @default {@link MAX_ZIP_ENTRIES} */
  readonly maxEntries?: number;
  /** @default {@link MAX_OPEN_ENTRIES} */
  readonly maxOpenEntries?: number;
}

/** What an archive is made of: a folder, or entries of it. */
export interface ZipRequest {
  /** The path of the folder; empty for the root. */
  readonly folder: Buffer;
  /** @default all */
  readonly selection?: readonly Buffer[];
}

/** Opens folders of a share as zip archives, a few at a time, and limits what open ones take. */
export class ZipMaker {
  readonly #options: ZipMakerOptions;
  readonly #slots = new RangeSlots();
  #openEntries = 0;
  #openZips = 0;

  constructor(options: ZipMakerOptions) {
    this.#options = options;
  }

  /** Entries of the archives that are open or being laid out. */
  get openEntries(): number {
    return this.#openEntries;
  }

  /**
   * Opens an archive. The caller closes it.
   * @throws {ResourceError} `not-found`; `unreadable` also for a folder that has too much; `busy` if too much is open; the signal's reason
   */
  async open(request: ZipRequest, signal: AbortSignal): Promise<Resource> {
    const release = await this.#slots.take(signal);
    if (release === "busy") throw new ResourceError("busy", "too many zips are being opened");
    try {
      return await this.#open(request, signal);
    } finally {
      release();
    }
  }

  async #open(request: ZipRequest, signal: AbortSignal): Promise<Resource> {
    const { tree, store, logger, maxEntries = MAX_ZIP_ENTRIES, maxOpenEntries = MAX_OPEN_ENTRIES } = this.#options;
    if (this.#openZips >= MAX_OPEN_ZIPS) throw tooMuchOpen();
    const admit = (): void => {
      if (this.#openEntries >= maxOpenEntries) throw tooMuchOpen();
      this.#openEntries += 1;
    };
    const builder = new LayoutBuilder({ maxEntries, admit });
    const onClose = (): void => {
      this.#openEntries -= builder.count;
      this.#openZips -= 1;
    };
    this.#openZips += 1;
    try {
      const layout = await walkFolder(tree, { ...request, signal, builder });
      const openFile = async (path: Buffer): Promise<ReadableFile> => (await tree.openHandle(joinPath(request.folder, path))).handle;
      return await openZip({ name: nameOf(request.folder), layout, openFile, store, logger, onClose });
    } catch (error) {
      onClose();
      if (error instanceof ZipError) throw new ResourceError("unreadable", `${nameOf(request.folder)}: ${error.message}`, { cause: error });
      throw error;
    }
  }
}

function tooMuchOpen(): ResourceError {
  return new ResourceError("busy", "too many zips are open");
}

function nameOf(folder: Buffer): string {
  return `${folder.subarray(folder.lastIndexOf("/") + 1).toString() || "folder"}.zip`;
}
