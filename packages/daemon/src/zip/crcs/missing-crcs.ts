import { abortable } from "@rangecast/base";
import { ResourceError } from "../../resources/resource.ts";
import type { ZipCrcs } from "./zip-crcs.ts";

/**
 * Most bytes that are read again for one read of the archive. A disk needs up to ten seconds for them, a third of the time that a client waits for the next bytes
 * of a range. What was computed is kept, so the same range goes on from there when it is requested again.
 */
export const MAX_REREAD_BYTES: number = 1024 * 1024 * 1024;

/** Bytes of a step: between two of them it can be stopped. */
const STEP_BYTES = 256 * 1024;

/** Reads bytes of a file of the archive. */
export type ReadFile = (index: number, offset: number, into: Uint8Array) => Promise<void>;

/** Computes CRCs that are needed but not known, by reading what is missing of the files. One file at a time, so that the disk serves ranges, too. */
export class MissingCrcs {
  readonly #crcs: ZipCrcs;
  readonly #readFile: ReadFile;
  readonly #maxBytes: number;
  #last: Promise<unknown> = Promise.resolve();
  #rereadBytes = 0;

  /** @param readFile notes the bytes in `crcs` */
  constructor(crcs: ZipCrcs, readFile: ReadFile, maxBytes: number = MAX_REREAD_BYTES) {
    this.#crcs = crcs;
    this.#readFile = readFile;
    this.#maxBytes = maxBytes;
  }

  /** Bytes that were read only for CRCs. */
  get rereadBytes(): number {
    return this.#rereadBytes;
  }

  /** Resolves when no file is being read. */
  async settled(): Promise<void> {
    await this.#last;
  }

  /** Starts the budget of a read of the archive. */
  budget(): { bytes: number } {
    return { bytes: this.#maxBytes };
  }

  /**
   * The CRC of a file.
   * @param budget from {@link budget}
   * @throws {ResourceError} `busy` if more has to be read than the budget allows; what reading the file throws; the signal's reason
   */
  async get(index: number, budget: { bytes: number }, signal: AbortSignal | undefined): Promise<number> {
    const known = this.#crcs.of(index);
    if (known !== undefined) return known;
    const turn = this.#last.then(() => this.#compute(index, budget, signal));
    this.#last = turn.catch(() => undefined);
    return abortable(turn, signal);
  }

  async #compute(index: number, budget: { bytes: number }, signal: AbortSignal | undefined): Promise<number> {
    for (;;) {
      const crc = this.#crcs.of(index);
      if (crc !== undefined) return crc;
      signal?.throwIfAborted();
      if (budget.bytes <= 0) throw new ResourceError("busy", "files are being read again for their checksums");
      const [gap] = this.#crcs.gaps(index);
      if (gap === undefined) throw new Error("a file has neither a CRC nor a part that is missing");
      const bytes = Math.min(gap.end - gap.start, STEP_BYTES);
      await this.#readFile(index, gap.start, Buffer.allocUnsafe(bytes));
      this.#rereadBytes += bytes;
      budget.bytes -= bytes;
    }
  }
}
