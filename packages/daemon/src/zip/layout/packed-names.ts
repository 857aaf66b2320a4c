const FIRST_BYTES = 4096;
const NUL = 0;

/** Names, one behind the other, in one buffer. An entry that is renamed in the archive has both names, with a NUL between them. */
export class PackedNames {
  #bytes = Buffer.alloc(FIRST_BYTES);
  #length = 0;

  /** @returns where the next name begins */
  add(name: Uint8Array, renamed: Uint8Array | undefined): number {
    const needed = name.byteLength + (renamed === undefined ? 0 : renamed.byteLength + 1);
    if (this.#length + needed > this.#bytes.byteLength) {
      const larger = Buffer.alloc(Math.max(this.#bytes.byteLength * 2, this.#length + needed));
      this.#bytes.copy(larger);
      this.#bytes = larger;
    }
    this.#bytes.set(name, this.#length);
    if (renamed !== undefined) this.#bytes.set(renamed, this.#length + name.byteLength + 1);
    this.#length += needed;
    return this.#length;
  }

  /** Gives back what was allocated for more names. */
  seal(): void {
    this.#bytes = Buffer.from(this.#bytes.subarray(0, this.#length));
  }

  get byteLength(): number {
    return this.#bytes.byteLength;
  }

  /** The name on the disk. @param start where it begins @param end where the next one begins */
  original(start: number, end: number): Buffer {
    const both = this.#bytes.subarray(start, end);
    const separator = both.indexOf(NUL);
    return separator === -1 ? both : both.subarray(0, separator);
  }

  /** The name in the archive. */
  archived(start: number, end: number): Buffer {
    const both = this.#bytes.subarray(start, end);
    return both.subarray(both.indexOf(NUL) + 1);
  }
}
