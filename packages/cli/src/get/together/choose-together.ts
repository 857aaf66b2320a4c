/** Which files are downloaded together: in one archive that the host makes of them, so that small ones don't cost a round trip each. */
import { isUtf8 } from "node:buffer";
import { type ListEntry, MAX_PATH_BYTES, zipPath, zipSelectionPath } from "@rangecast/client";

/** Largest file that is downloaded together with others, bytes: the round trips of a larger one cost little beside its bytes. */
const MAX_FILE_BYTES = 64 * 1024;
/** Most bytes that are downloaded together: they are held in memory. */
const MAX_BYTES = 512 * 1024;
const BACKSLASH = 0x5c;

/** Whether a file may be downloaded together with others. In an archive, names have to be UTF-8 without backslashes, and others would be changed. */
export function mayBeTogether({ kind, name, size }: ListEntry): boolean {
  return kind === "file" && size <= MAX_FILE_BYTES && isUtf8(name) && !name.includes(BACKSLASH);
}

/** Files of one folder that are downloaded together, as long as one more fits. */
export class Together {
  readonly #folder: Uint8Array;
  readonly #names: Uint8Array[] = [];
  #bytes = 0;
  #pathBytes = 0;

  /** @param folder its path */
  constructor(folder: Uint8Array) {
    this.#folder = folder;
  }

  /** The path of the archive of these files; undefined if there are none. */
  path(): Uint8Array | undefined {
    return zipSelectionPath(this.#folder, this.#names);
  }

  /** @returns whether it was added: if not, it doesn't fit */
  add({ name, size }: Pick<ListEntry, "name" | "size">): boolean {
    const alone = zipSelectionPath(this.#folder, [name])?.byteLength;
    // After the first name, only a comma and the next one are added.
    const pathBytes =
      alone === undefined ? Infinity : this.#names.length === 0 ? alone : this.#pathBytes + alone - zipPath(this.#folder).byteLength;
    if (pathBytes > MAX_PATH_BYTES || this.#bytes + size > MAX_BYTES) return false;
    this.#names.push(name);
    this.#bytes += size;
    this.#pathBytes = pathBytes;
    return true;
  }
}
