/** The part of a chunk's state that {@link ArrivalRate} needs. */
export interface ArrivalStamp {
  /** When the chunk was sent, ms. */
  sentAtMs: number;
  /** SACKs that had arrived by then. */
  sacks: number;
  /** Packets that had been sent by then. */
  packets: number;
  /** Mean payload of the packets before it, bytes. */
  packetBytes: number;
  /** Whether all that had arrived was reported then. */
  reportsComplete: boolean;
}

/** Packets over which the mean size is taken. */
const MEAN_OVER_PACKETS = 128;

/**
 * What the number of SACKs tells about a peer whose SACKs can't report all that has arrived. While something is missing, a receiver sends a SACK for each packet
 * (RFC 9260, 6.7), so their number is that of the packets that arrived, whatever their gap blocks leave out. Lost SACKs make it too low, never too high.
 */
export class ArrivalRate {
  #sacks = 0;
  #packets = 0;
  /** Mean payload of the last packets, bytes. Those before a chunk are the ones that arrive until it does. */
  #packetBytes = 0;
  /** Packets and SACKs up to the last complete report. */
  #knownPackets = 0;
  #knownSacks = 0;

  onSent(stamp: ArrivalStamp, reportsComplete: boolean): void {
    stamp.reportsComplete = reportsComplete;
    stamp.sacks = this.#sacks;
    stamp.packets = this.#packets;
    stamp.packetBytes = this.#packetBytes;
  }

  /** A packet left with so many bytes of payload. */
  onPacket(bytes: number): void {
    this.#packets += 1;
    this.#packetBytes = this.#packetBytes === 0 ? bytes : this.#packetBytes + (bytes - this.#packetBytes) / MEAN_OVER_PACKETS;
  }

  onSack(): void {
    this.#sacks += 1;
  }

  /** The SACK reports everything, and this chunk arrived now. */
  onComplete({ packets }: ArrivalStamp): void {
    if (packets < this.#knownPackets) return;
    this.#knownPackets = packets;
    this.#knownSacks = this.#sacks;
  }

  /** Share of packets that were lost since the last complete report, 0 to 1. @param stamp of a chunk that arrived now */
  lostShare({ packets }: ArrivalStamp): number {
    const sent = packets - this.#knownPackets;
    return sent <= 0 ? 0 : Math.max(0, 1 - (this.#sacks - this.#knownSacks) / sent);
  }

  /** Bytes that arrived since a chunk was sent. */
  bytesSince({ sacks, packetBytes }: ArrivalStamp): number {
    return (this.#sacks - sacks) * packetBytes;
  }

  /** Bytes per ms since a chunk was sent that is acknowledged now; NaN if less than a round trip has passed. */
  rateSince(stamp: ArrivalStamp, nowMs: number, minRttMs: number): number {
    const intervalMs = nowMs - stamp.sentAtMs;
    return intervalMs > 0 && intervalMs >= minRttMs ? this.bytesSince(stamp) / intervalMs : Number.NaN;
  }
}
