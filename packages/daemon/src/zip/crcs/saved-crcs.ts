import type { Logger } from "../../logger.ts";
import type { CrcStore } from "./crc-store.ts";
import { CrcTable } from "./crc-table.ts";
import type { ZipLayout } from "../layout/layout.ts";
import { ZipCrcs } from "./zip-crcs.ts";

/** Shortest pause between two saves while the archive is read, milliseconds: what a crash costs to read again. */
const SAVE_PAUSE_MS = 5000;

export interface SavedCrcsOptions {
  readonly layout: ZipLayout;
  readonly store: CrcStore;
  readonly logger: Logger;
}

/** The CRCs of one archive, saved in a store. Without one that works they are still right, but have to be computed again another time. */
export class SavedCrcs {
  readonly crcs: ZipCrcs;
  readonly #store: CrcStore;
  readonly #logger: Logger;
  #savedAtMs = performance.now();
  #saving: Promise<void> = Promise.resolve();

  static async load(options: SavedCrcsOptions): Promise<SavedCrcs> {
    const { layout, store, logger } = options;
    let known = new CrcTable();
    try {
      known = await store.load();
    } catch (error) {
      logger.warn("the saved checksums of files can't be read; they are computed again", { error });
    }
    return new SavedCrcs(new ZipCrcs(layout, known), store, logger);
  }

  constructor(crcs: ZipCrcs, store: CrcStore, logger: Logger) {
    this.crcs = crcs;
    this.#store = store;
    this.#logger = logger;
  }

  /** Saves in the background, if the last time is long ago. */
  saveSometimes(): void {
    if (this.crcs.unsaved > 0 && performance.now() - this.#savedAtMs > SAVE_PAUSE_MS) void this.save();
  }

  /** Never rejects. */
  save(): Promise<void> {
    this.#savedAtMs = performance.now();
    this.#saving = this.#saving.then(async () => {
      try {
        await this.#store.save(this.crcs.takeUnsaved());
      } catch (error) {
        this.#logger.warn("checksums of files can't be saved", { error });
      }
    });
    return this.#saving;
  }
}
