/*
 * Bytes that came and were not taken yet, in order. Chunks are kept as the views they came as, without a copy; but each view holds
 * a buffer of its own, a few hundred bytes of memory however little is in it, so an agent that sends single bytes could fill memory
 * with them. Small chunks are therefore gathered.
 */

/** A chunk shorter than this is gathered with its neighbours, bytes. An agent's chunks are of 16 KiB or more, but for a range's last. */
export const SMALL_CHUNK_BYTES = 4096;

export class ChunkQueue {
  readonly #chunks: Uint8Array[] = [];
  /** Bytes used of the last chunk, where that one gathers small ones. */
  #gathered: number | undefined;

  get empty(): boolean {
    return this.#chunks.length === 0;
  }

  push(chunk: Uint8Array): void {
    if (chunk.byteLength >= SMALL_CHUNK_BYTES) {
      this.#seal();
      this.#chunks.push(chunk);
      return;
    }
    if (this.#gathered === undefined || this.#gathered + chunk.byteLength > SMALL_CHUNK_BYTES) {
      this.#seal();
      this.#chunks.push(new Uint8Array(SMALL_CHUNK_BYTES));
      this.#gathered = 0;
    }
    this.#chunks.at(-1)?.set(chunk, this.#gathered);
    this.#gathered += chunk.byteLength;
  }

  /** The next chunk, for good: its buffer is the taker's alone. */
  shift(): Uint8Array | undefined {
    if (this.#chunks.length === 1) this.#seal();
    return this.#chunks.shift();
  }

  clear(): void {
    this.#chunks.length = 0;
    this.#gathered = undefined;
  }

  /** Nothing more is gathered into the last chunk. */
  #seal(): void {
    const last = this.#chunks.at(-1);
    if (this.#gathered === undefined || last === undefined) return;
    this.#chunks[this.#chunks.length - 1] = last.subarray(0, this.#gathered);
    this.#gathered = undefined;
  }
}
