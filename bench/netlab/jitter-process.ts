import type { Random } from "@rangecast/testkit/random";

/** How long an extra delay lasts, milliseconds: some transmissions of a Wi-Fi station that waits for a busy channel. */
const HOLD_MS = 10;
/** The longest extra delay is this many times the mean. An exponential delay exceeds it in 0.7 % of all cases. */
const LONGEST_MEANS = 5;

/**
 * The extra delay of one direction over time, as on Wi-Fi, where a station waits for others and repeats frames: for {@link HOLD_MS} at a time
 * it is the same, drawn from an exponential distribution. Packets don't overtake each other, so after a long delay those behind it
 * arrive at once.
 */
export class JitterProcess {
  readonly #random: Random;
  #untilMs = -Infinity;
  /** The current delay divided by the mean. */
  #means = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** @returns extra delay of a packet at this time, milliseconds. Times must not decrease. */
  at(nowMs: number, meanMs: number): number {
    if (nowMs >= this.#untilMs) {
      this.#means = Math.min(LONGEST_MEANS, -Math.log(1 - this.#random()));
      this.#untilMs = nowMs + HOLD_MS;
    }
    return this.#means * meanMs;
  }
}
