import type { OutChunk } from "./out-chunk.ts";

/** The chunks in flight, in the order of their last transmission: sent, and neither acknowledged nor lost. */
export class Flight {
  #oldest: OutChunk | undefined;
  #newest: OutChunk | undefined;
  #bytes = 0;

  /** Payload bytes in flight. */
  get bytes(): number {
    return this.#bytes;
  }

  get oldest(): OutChunk | undefined {
    return this.#oldest;
  }

  get newest(): OutChunk | undefined {
    return this.#newest;
  }

  /** The chunk was sent just now. */
  add(chunk: OutChunk): void {
    chunk.before = this.#newest;
    chunk.after = undefined;
    if (this.#newest === undefined) this.#oldest = chunk;
    else this.#newest.after = chunk;
    this.#newest = chunk;
    this.#bytes += chunk.length;
  }

  /** The chunk was acknowledged, or is lost. */
  remove(chunk: OutChunk): void {
    if (chunk.before === undefined) this.#oldest = chunk.after;
    else chunk.before.after = chunk.after;
    if (chunk.after === undefined) this.#newest = chunk.before;
    else chunk.after.before = chunk.before;
    chunk.before = chunk.after = undefined;
    this.#bytes -= chunk.length;
  }
}
