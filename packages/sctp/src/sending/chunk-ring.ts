import { offsetOf } from "../wire/serial.ts";
import { OutChunk } from "./out-chunk.ts";

/** Most chunks in flight: a gap block's offset is a u16, and receivers keep fewer. */
export const MAX_OUTSTANDING_CHUNKS = 16_384;

const FIRST_CAPACITY = 256;

/** The chunks that are sent and not acknowledged cumulatively, by TSN. Chunks are allocated once, and reused. */
export class ChunkRing {
  #slots: OutChunk[] = Array.from({ length: FIRST_CAPACITY }, () => new OutChunk());
  #first: number;
  #next: number;

  constructor(initialTsn: number) {
    this.#first = this.#next = initialTsn;
  }

  /** The lowest TSN that is not acknowledged cumulatively; {@link next} if there is none. */
  get first(): number {
    return this.#first;
  }

  /** The TSN of the next new chunk. */
  get next(): number {
    return this.#next;
  }

  get size(): number {
    return offsetOf(this.#next, this.#first);
  }

  /** The chunk with a TSN from `first` up to `next`. */
  at(tsn: number): OutChunk {
    const chunk = this.#slots[tsn & (this.#slots.length - 1)];
    if (chunk === undefined) throw new Error("the ring has no such slot");
    return chunk;
  }

  /** Adds a chunk with the next TSN. The caller fills it. */
  push(): OutChunk {
    if (this.size === this.#slots.length) this.#grow();
    const chunk = this.at(this.#next);
    chunk.tsn = this.#next;
    this.#next = (this.#next + 1) >>> 0;
    return chunk;
  }

  /** Removes the first chunk. */
  shift(): void {
    this.at(this.#first).clear();
    this.#first = (this.#first + 1) >>> 0;
  }

  #grow(): void {
    const old = this.#slots;
    const slots = Array.from<OutChunk | undefined>({ length: 2 * old.length });
    for (const chunk of old) slots[chunk.tsn & (slots.length - 1)] = chunk;
    this.#slots = slots.map((chunk) => chunk ?? new OutChunk());
  }
}
