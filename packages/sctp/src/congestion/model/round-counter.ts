import type { AckSample } from "../controller.ts";

/**
 * Least time of a round, ms. In a local network a round trip is shorter than a turn of a program's event loop, or what its timers can tell apart: such rounds would
 * show the program's pauses, and not what the path can carry.
 */
const LEAST_ROUND_MS = 5;

/**
 * Counts round trips by delivered bytes: a round is over when a packet is acknowledged that was sent after the round began
 * (draft-ietf-ccwg-bbr, "BBR.round_count").
 */
export class RoundCounter {
  /** Rounds that are over. */
  count = 0;
  #markBytes = 0;
  #beganAtMs = -Infinity;

  /** Begins a round when so many bytes have been delivered. */
  begin(deliveredBytes: number): void {
    this.#markBytes = deliveredBytes;
  }

  /** Whether the newest acknowledged packet was sent after the round began. */
  passed(sample: AckSample): boolean {
    return sample.priorDeliveredBytes >= this.#markBytes;
  }

  /** Counts a SACK. Returns whether it begins a round. */
  update(sample: AckSample): boolean {
    if (!this.passed(sample) || sample.nowMs - this.#beganAtMs < LEAST_ROUND_MS) return false;
    this.#beganAtMs = sample.nowMs;
    this.count++;
    this.begin(sample.deliveredBytes);
    return true;
  }
}
