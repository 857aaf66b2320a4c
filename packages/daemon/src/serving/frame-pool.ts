import type { WireBytes } from "./flow-control.ts";

/**
 * Reusable buffers for RANGE_DATA frames. A range of any length takes at most two and returns them for the next range, so the session's slots bound the
 * number of buffers.
 */
export class FramePool {
  readonly #free = new Map<number, WireBytes[]>();
  #allocated = 0;

  /** Number of buffers allocated so far. */
  get allocated(): number {
    return this.#allocated;
  }

  /** Returns a buffer of `bytes` bytes with undefined content. */
  take(bytes: number): WireBytes {
    const kept = this.#free.get(bytes)?.pop();
    if (kept !== undefined) return kept;
    this.#allocated += 1;
    return new Uint8Array(bytes);
  }

  /** Returns a buffer to the pool; the caller must not use it afterwards. */
  giveBack(buffer: WireBytes): void {
    const kept = this.#free.get(buffer.byteLength);
    if (kept === undefined) this.#free.set(buffer.byteLength, [buffer]);
    else kept.push(buffer);
  }
}
