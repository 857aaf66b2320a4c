import type { QueueMeter } from "../sending/out-chunk.ts";

/** The bytes that a channel's program has given and that were not sent yet, with the mark at which more is asked for. */
export class BufferedAmount implements QueueMeter {
  readonly #onLow: () => void;
  #bytes = 0;
  lowThreshold = 0;

  /** @param onLow called each time the amount falls to the threshold from above it */
  constructor(onLow: () => void) {
    this.#onLow = onLow;
  }

  get bytes(): number {
    return this.#bytes;
  }

  add(bytes: number): void {
    this.#bytes += bytes;
  }

  onLeft(bytes: number): void {
    const wasAbove = this.#bytes > this.lowThreshold;
    this.#bytes -= bytes;
    if (wasAbove && this.#bytes <= this.lowThreshold) this.#onLow();
  }
}
