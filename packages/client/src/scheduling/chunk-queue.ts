/** Chunks shorter than this are copied into one buffer, bytes. Hosts send chunks of 16 KiB or more, except for the last of a range. */
export const SMALL_CHUNK_BYTES = 4096;

/**
 * Bytes that arrived and were not read yet, in order. Chunks are kept as the views that arrived, without a copy. Each view has a buffer of its own,
 * which takes a few hundred bytes of memory even for one byte, so a host could fill the memory with tiny chunks. Small chunks are therefore joined.
 */
export class ChunkQueue {
  readonly #chunks: Uint8Array[] = [];
  /** Bytes used of the last chunk, if that one joins small ones. */
  #joined: number | undefined;

  get empty(): boolean {
    return this.#chunks.length === 0;
  }

  push(chunk: Uint8Array): void {
    if (chunk.byteLength >= SMALL_CHUNK_BYTES) {
      this.#seal();
      this.#chunks.push(chunk);
      return;
    }
    if (this.#joined === undefined || this.#joined + chunk.byteLength > SMALL_CHUNK_BYTES) {
      this.#seal();
      this.#chunks.push(new Uint8Array(SMALL_CHUNK_BYTES));
      this.#joined = 0;
    }
    this.#chunks.at(-1)?.set(chunk, this.#joined);
    this.#joined += chunk.byteLength;
  }

  /** Removes the next chunk. Nothing else refers to its bytes. */
  shift(): Uint8Array | undefined {
    if (this.#chunks.length === 1) this.#seal();
    return this.#chunks.shift();
  }

  clear(): void {
    this.#chunks.length = 0;
    this.#joined = undefined;
  }

  /** Cuts the last chunk to its used length, so that nothing more is joined to it. */
  #seal(): void {
    const last = this.#chunks.at(-1);
    if (this.#joined === undefined || last === undefined) return;
    this.#chunks[this.#chunks.length - 1] = last.subarray(0, this.#joined);
    this.#joined = undefined;
  }
}
