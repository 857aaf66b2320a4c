/*
 * The bytes that came last. Players ask again for what they have just had: Firefox opens three ranges a seek, two of them over the same
 * bytes, and Chromium goes back by half a buffer. From here they get it without a round trip.
 */

/** What a page keeps in memory, bytes. A dozen seeks' worth; a phone can spare it. */
export const CACHE_BYTES: number = 8 * 1024 * 1024;
/** Unit of keeping and forgetting, bytes. */
export const BLOCK_BYTES: number = 64 * 1024;

/** One block's bytes that are there: from `from` to `to` (exclusive), counted within the block. */
interface Block {
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly to: number;
}

/** Keeps the most recently used blocks of one version of one file. */
export class BlockCache {
  /** By block number; the order is that of use, the oldest first. */
  readonly #blocks = new Map<number, Block>();
  readonly #capacity: number;

  constructor(capacityBytes: number = CACHE_BYTES) {
    this.#capacity = Math.floor(capacityBytes / BLOCK_BYTES);
  }

  /** The bytes from `start` on that are there without a gap, not past `end`. They stay valid when the cache forgets them; don't write to them. */
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

  /** Keeps a copy of `bytes`, which stand at `offset` of the file. */
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

/** Joins a piece to a block that it follows on, else starts the block anew: bytes that were handed out are never written over. */
function extend(block: Block | undefined, from: number, piece: Uint8Array): Block {
  const to = from + piece.byteLength;
  if (block && from >= block.from && to <= block.to) return block;
  const joins = block !== undefined && from >= block.from && from <= block.to;
  const bytes = joins ? block.bytes : new Uint8Array(BLOCK_BYTES);
  const skip = joins ? block.to - from : 0;
  bytes.set(piece.subarray(skip), from + skip);
  return { bytes, from: joins ? block.from : from, to };
}
