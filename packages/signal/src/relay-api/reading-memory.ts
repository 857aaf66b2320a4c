import { nextReading, type Reading, type ReadingMode, type ReadingOutcome, STREAMING } from "./reading.ts";

/** How long it is remembered after the last response, milliseconds: longer than attempts to reconnect are apart, and than a session without messages is. */
export const REMEMBERED_MS = 300_000;

/** How a relay's events were read last. Shared by the readers of one client, so that each needn't notice again that something holds event streams back (L-17). */
export class ReadingMemory {
  #last: Reading = STREAMING;
  #lastMs = 0;

  get reading(): Reading {
    return performance.now() - this.#lastMs > REMEMBERED_MS ? STREAMING : this.#last;
  }

  /** Notes how a response was over. One that began before another reader changed the mode tells nothing about the present one. */
  note(mode: ReadingMode, outcome: ReadingOutcome): void {
    const { reading } = this;
    if (reading.mode === mode) this.#last = nextReading(reading, outcome);
    this.#lastMs = performance.now();
  }
}
