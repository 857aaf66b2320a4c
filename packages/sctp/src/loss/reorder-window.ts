/** The window is a multiple of this share of the minimum round trip (RFC 8985, 6.2, step 4). */
const SHARE_OF_MIN_RTT = 1 / 4;
/** Recoveries without a false retransmission after which the window shrinks again. */
const PERSIST_RECOVERIES = 16;

/**
 * How long RACK waits for a packet that later ones overtook before it is lost (RFC 8985, 6.2, step 4). Every round trip in which a retransmission proves false
 * (RFC 8985 learns it from DSACK, SCTP from duplicates in the SACK) makes it longer, up to a smoothed round trip.
 */
export class ReorderWindow {
  #multiplier = 1;
  #persist = 0;
  #reorderingSeen = false;
  #roundMark = -1;

  /** A packet arrived after one that was sent later, and had not been retransmitted. */
  onReordering(): void {
    this.#reorderingSeen = true;
  }

  /**
   * A retransmission was false. Counts once a round trip.
   * @param deliveredBytes bytes delivered so far @param priorDeliveredBytes that number when the newest acknowledged packet was sent
   */
  onDuplicate(deliveredBytes: number, priorDeliveredBytes: number): void {
    this.#reorderingSeen = true;
    this.#persist = PERSIST_RECOVERIES;
    if (priorDeliveredBytes < this.#roundMark) return;
    this.#roundMark = deliveredBytes;
    this.#multiplier++;
  }

  /** A recovery is over. */
  onRecovered(): void {
    if (this.#persist > 0 && --this.#persist === 0) this.#multiplier = 1;
  }

  /**
   * The window, ms. 0 as long as the path has never reordered and three later packets have arrived, or while lost packets are sent again.
   * @param lossCertain whether a recovery is under way or three later packets have arrived (DupThresh)
   */
  valueMs(minRttMs: number, srttMs: number, lossCertain: boolean): number {
    if (!this.#reorderingSeen && lossCertain) return 0;
    return Math.min(this.#multiplier * minRttMs * SHARE_OF_MIN_RTT, srttMs);
  }
}
