import type { AckSample } from "../controller.ts";

/**
 * Counts round trips by delivered bytes: a round is over when a packet is acknowledged that was sent after the round began
 * (draft-ietf-ccwg-bbr, "BBR.round_count").
 */
export class RoundCounter {
  /** Rounds that are over. */
  count = 0;
  #markBytes = 0;

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
    if (!this.passed(sample)) return false;
    this.count++;
    this.begin(sample.deliveredBytes);
    return true;
  }
}
