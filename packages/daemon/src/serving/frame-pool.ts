import type { WireBytes } from "./flow-control.ts";

/**
 * Buffers for RANGE_DATA frames, used again and again: a range of any length takes two, and what the session's ranges give back is
 * kept for the next. Those that are out are bounded by the places ranges are served in; nothing else takes any.
 */
export class FramePool {
  readonly #free = new Map<number, WireBytes[]>();
  #allocated = 0;

  /** Buffers made since the start. */
  get allocated(): number {
    return this.#allocated;
  }

  /** A buffer of `bytes`; what it holds is not defined. */
  take(bytes: number): WireBytes {
    const kept = this.#free.get(bytes)?.pop();
    if (kept !== undefined) return kept;
    this.#allocated += 1;
    return new Uint8Array(bytes);
  }

  /** Takes a buffer back that nobody reads or writes any more. */
  giveBack(buffer: WireBytes): void {
    const kept = this.#free.get(buffer.byteLength);
    if (kept === undefined) this.#free.set(buffer.byteLength, [buffer]);
    else kept.push(buffer);
  }
}
