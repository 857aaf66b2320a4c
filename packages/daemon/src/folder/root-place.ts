import { open } from "node:fs/promises";
import { placeOf } from "./place.ts";

/** How long a place is used, ms: many files of a folder are opened in a row. */
const KNOWN_MS = 1000;

/** The real path of a shared folder. It is looked up again after a while: its user may name a link, and let that lead elsewhere. */
export class RootPlace {
  readonly #path: Buffer;
  readonly #flags: number;
  #known: Promise<Buffer | undefined> | undefined;
  #expiresMs = 0;

  /** @param flags to open the folder with */
  constructor(path: Buffer, flags: number) {
    this.#path = path;
    this.#flags = flags;
  }

  /** @returns undefined if it has no path any more @throws the system's error */
  async get(): Promise<Buffer | undefined> {
    if (this.#known === undefined || performance.now() >= this.#expiresMs) {
      this.#known = this.#find();
      this.#expiresMs = performance.now() + KNOWN_MS;
      // A failure is not kept.
      this.#known.catch(() => (this.#known = undefined));
    }
    return this.#known;
  }

  async #find(): Promise<Buffer | undefined> {
    const handle = await open(this.#path, this.#flags);
    try {
      return await placeOf(handle, this.#path);
    } finally {
      await handle.close();
    }
  }
}
