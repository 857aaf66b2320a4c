/*
 * A cache of the last bytes. Players ask again for bytes that they have just had: Firefox opens three ranges for a seek, two of them over the same bytes, and
 * Chromium goes back by half a buffer. The cache saves the round trip.
 */

/** Size of the cache, bytes: a dozen seeks, and little enough for a phone. */
export const CACHE_BYTES: number = 8 * 1024 * 1024;
/** Size of a block, the unit of eviction, bytes. */
export const BLOCK_BYTES: number = 64 * 1024;

/** The part of a block that is cached: from `from` to `to` (exclusive), relative to the block's start. */
interface Block {
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly to: number;
}

/** An LRU cache of one version of one file. */
export class BlockCache {
  /** By block number, least recently used first. */
  readonly #blocks = new Map<number, Block>();
  readonly #capacity: number;

  constructor(capacityBytes: number = CACHE_BYTES) {
    this.#capacity = Math.floor(capacityBytes / BLOCK_BYTES);
  }

  /** The cached bytes from `start` on, up to the first gap or `end`. They stay valid after they are evicted; don't write to them. */
  take(start: number, end: number): Uint8Array[] {
    const found: Uint8Array[] = [];
    let at = start;
    while (at < end) {
      const number = Math.floor(at / BLOCK_BYTES);
      const block = this.#blocks.get(number);
      const base = number * BLOCK_BYTES;
      if (!block || at - base < block.from || at - base >= block.to) break;
      this.#keep(number, block);
      const bytes = block.bytes.subarray(at - base, Math.min(block.to, end - base));
      found.push(bytes);
      at += bytes.byteLength;
    }
    return found;
  }

  /** Adds a copy of `bytes`, which start at `offset` in the file. */
  put(offset: number, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.byteLength;) {
      const number = Math.floor((offset + done) / BLOCK_BYTES);
      const from = offset + done - number * BLOCK_BYTES;
      const piece = bytes.subarray(done, done + BLOCK_BYTES - from);
      this.#keep(number, extend(this.#blocks.get(number), from, piece));
      done += piece.byteLength;
    }
  }

  #keep(number: number, block: Block): void {
    this.#blocks.delete(number);
    this.#blocks.set(number, block);
    for (const oldest of this.#blocks.keys()) {
      if (this.#blocks.size <= this.#capacity) break;
      this.#blocks.delete(oldest);
    }
  }
}

/** Appends a piece to a block that it continues, or else replaces the block: bytes that `take` returned are never overwritten. */
function extend(block: Block | undefined, from: number, piece: Uint8Array): Block {
  const to = from + piece.byteLength;
  if (block && from >= block.from && to <= block.to) return block;
  const joins = block !== undefined && from >= block.from && from <= block.to;
  const bytes = joins ? block.bytes : new Uint8Array(BLOCK_BYTES);
  const skip = joins ? block.to - from : 0;
  bytes.set(piece.subarray(skip), from + skip);
  return { bytes, from: joins ? block.from : from, to };
}
