/** The part of a chunk's state that {@link ArrivalRate} needs. */
export interface ArrivalStamp {
  /** When the chunk was sent, ms. */
  sentAtMs: number;
  /** SACKs that had arrived by then. */
  sacks: number;
}

/**
 * A delivery rate for peers whose SACKs can't report all that has arrived. While something is missing, a receiver sends a SACK for each packet (RFC 9260, 6.7),
 * so their number tells how many packets arrived, whatever their gap blocks leave out. Lost SACKs make the rate too low, never too high.
 */
export class ArrivalRate {
  #sacks = 0;

  onSent(stamp: ArrivalStamp): void {
    stamp.sacks = this.#sacks;
  }

  onSack(): void {
    this.#sacks += 1;
  }

  /** Bytes per ms since a chunk was sent that is acknowledged now. @param packetBytes payload of a full packet; NaN if less than a round trip has passed */
  sample({ sentAtMs, sacks }: ArrivalStamp, nowMs: number, packetBytes: number, minRttMs: number): number {
    const intervalMs = nowMs - sentAtMs;
    return intervalMs > 0 && intervalMs >= minRttMs ? ((this.#sacks - sacks) * packetBytes) / intervalMs : Number.NaN;
  }
}
