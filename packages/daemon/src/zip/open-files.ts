import type { Logger } from "../logger.ts";
import type { ZippedFile } from "./zipped-file.ts";

/** Files that stay open while nobody reads them: pieces of a range follow each other, and ranges end in the middle of a file. */
export const MAX_IDLE_FILES = 4;

interface OpenFile {
  readonly opening: Promise<ZippedFile>;
  users: number;
}

/** The files of an archive that are open: those that are being read, and a few that were read last. */
export class OpenFiles {
  readonly #open: (index: number) => Promise<ZippedFile>;
  readonly #logger: Logger;
  /** The one that was used last is at the end. */
  readonly #files = new Map<number, OpenFile>();
  readonly #closing = new Set<Promise<void>>();
  #maxIdle = MAX_IDLE_FILES;

  /** @param open opens a file by its index */
  constructor(open: (index: number) => Promise<ZippedFile>, logger: Logger) {
    this.#open = open;
    this.#logger = logger;
  }

  /** Number of files that are open or being opened. */
  get size(): number {
    return this.#files.size;
  }

  /** Reads a file. It stays open until `act` is done. @throws what opening it throws, and what `act` throws */
  async use<T>(index: number, act: (file: ZippedFile) => Promise<T>): Promise<T> {
    const file = this.#files.get(index) ?? { opening: this.#open(index), users: 0 };
    this.#files.delete(index);
    this.#files.set(index, file);
    file.users += 1;
    try {
      const opened = await file.opening.catch((error: unknown) => {
        if (this.#files.get(index) === file) this.#files.delete(index);
        throw error;
      });
      return await act(opened);
    } finally {
      file.users -= 1;
      this.#closeIdle();
    }
  }

  /** Closes the files that nobody reads, and others as soon as nobody does. Resolves when the former are closed. */
  async close(): Promise<void> {
    this.#maxIdle = 0;
    this.#closeIdle();
    await Promise.all(this.#closing);
  }

  async #closeQuietly({ opening }: OpenFile): Promise<void> {
    try {
      await (await opening).close();
    } catch (error) {
      this.#logger.warn("a file of a zip could not be closed", { error });
    }
  }

  #closeIdle(): void {
    let idle = [...this.#files.values()].filter(({ users }) => users === 0).length;
    for (const [index, file] of this.#files) {
      if (idle <= this.#maxIdle) return;
      if (file.users > 0) continue;
      this.#files.delete(index);
      idle -= 1;
      const closing = this.#closeQuietly(file);
      this.#closing.add(closing);
      void closing.finally(() => this.#closing.delete(closing));
    }
  }
}
