import { startTimer } from "@rangecast/base";
import type { ReadingOutcome } from "./reading.ts";

/**
 * How long the first bytes of an event stream may take, milliseconds. The relay sends them at once, so this is many round trips; and somebody may be waiting for
 * a connection. A slow network that takes longer is polled for a while, which works too.
 */
export const FIRST_BYTES_MS = 3000;
/**
 * How long an event stream may be silent, milliseconds: the relay's heartbeats come every 10 s. A daemon that notices only then still gets an offer before its
 * session's 15 s without an answer are over.
 */
export const SILENCE_MS = 12_500;

/** Watches whether a response's bytes arrive when the relay sends them. */
export class ArrivalWatch {
  readonly #onHeld: () => void;
  #firstMs: number | undefined;
  #held = false;
  #stopTimer: () => void;

  /** Begins with the request. @param onHeld called once, when something should have arrived and didn't */
  constructor(onHeld: () => void) {
    this.#onHeld = onHeld;
    this.#stopTimer = this.#within(FIRST_BYTES_MS);
  }

  /** Call it when bytes have arrived. */
  readonly arrived = (): void => {
    this.#firstMs ??= performance.now();
    this.#stopTimer();
    if (!this.#held) this.#stopTimer = this.#within(SILENCE_MS);
  };

  /** Call it when the response is over. */
  over(): Extract<ReadingOutcome, "prompt" | "held" | "short"> {
    this.#stopTimer();
    if (this.#held) return "held";
    return this.#firstMs !== undefined && performance.now() - this.#firstMs > SILENCE_MS ? "prompt" : "short";
  }

  #within(ms: number): () => void {
    return startTimer(ms, () => {
      this.#held = true;
      this.#onHeld();
    });
  }
}
