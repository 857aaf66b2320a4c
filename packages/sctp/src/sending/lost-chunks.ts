import { isAfter } from "../wire/serial.ts";
import type { ChunkRing } from "./chunk-ring.ts";
import type { OutChunk } from "./out-chunk.ts";

/** The chunks that are lost and not sent again yet. */
export class LostChunks {
  readonly #ring: ChunkRing;
  readonly #onLost: ((chunk: OutChunk) => void) | undefined;
  #count = 0;
  #bytes = 0;
  /** No TSN before this one is lost. */
  #from: number;

  /** @param onLost called with each chunk that is lost */
  constructor(ring: ChunkRing, onLost?: (chunk: OutChunk) => void) {
    this.#ring = ring;
    this.#onLost = onLost;
    this.#from = ring.first;
  }

  get count(): number {
    return this.#count;
  }

  /** Their payload, bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The one with the lowest TSN: it goes first. @throws if there is none */
  get first(): OutChunk {
    if (isAfter(this.#ring.first, this.#from)) this.#from = this.#ring.first;
    while (this.#ring.at(this.#from).state !== "lost") this.#from = (this.#from + 1) >>> 0;
    return this.#ring.at(this.#from);
  }

  /** Removes the first one, to send it again. @throws if there is none */
  take(): OutChunk {
    const chunk = this.first;
    this.remove(chunk);
    return chunk;
  }

  add(chunk: OutChunk): void {
    chunk.state = "lost";
    this.#count += 1;
    this.#bytes += chunk.length;
    if (this.#count === 1 || isAfter(this.#from, chunk.tsn)) this.#from = chunk.tsn;
    this.#onLost?.(chunk);
  }

  /** The chunk is sent again, or was acknowledged after all. The caller gives it its new state. */
  remove(chunk: OutChunk): void {
    this.#count -= 1;
    this.#bytes -= chunk.length;
  }
}
