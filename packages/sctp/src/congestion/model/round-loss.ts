/** Share of lost bytes that is no sign of congestion (draft-ietf-ccwg-bbr, "BBR.LossThresh"). */
const LOSS_THRESHOLD = 0.02;
/** A single lost packet is never a sign of congestion. */
const MIN_LOST_PACKETS = 2;
/** Packets over which one value of the loss of the path is measured. */
const BLOCK_PACKETS = 200;
/** Blocks of which the best counts as the loss of the path. */
const BLOCKS = 4;
/** Most loss that is taken for the path's own. */
const MAX_AMBIENT = 0.1;

/**
 * Tells loss by congestion from loss that the path always has, such as radio. Congestion comes and goes with the rate, and ends when the sender slows down;
 * what is lost in the best of the last blocks of packets is lost at any rate. Only what exceeds it, by 2 % and by more than chance, counts.
 */
export class RoundLoss {
  /** Share of bytes that the path loses whatever the rate is. */
  ambient = 0;
  /** SACKs of this round that showed loss. */
  events = 0;
  lostBytes = 0;
  ackedBytes = 0;
  readonly #packetBytes: number;
  readonly #blocks = new Float64Array(BLOCKS);
  #blockAt = 0;
  #blockLost = 0;
  #blockAcked = 0;

  constructor(packetBytes: number) {
    this.#packetBytes = packetBytes;
  }

  add(ackedBytes: number, lostBytes: number): void {
    if (lostBytes > 0) this.events++;
    this.lostBytes += lostBytes;
    this.ackedBytes += ackedBytes;
  }

  /** Whether this round has lost more than the path explains. @param flightBytes bytes that were in flight */
  isExcessive(flightBytes: number): boolean {
    const packets = Math.max(flightBytes, this.ackedBytes + this.lostBytes) / this.#packetBytes;
    const explained = packets * (LOSS_THRESHOLD + this.ambient);
    const lost = this.lostBytes / this.#packetBytes;
    return lost >= MIN_LOST_PACKETS && lost > explained + 2 * Math.sqrt(explained);
  }

  /** Share of this round's bytes that were lost. */
  get rate(): number {
    return this.lostBytes / Math.max(1, this.lostBytes + this.ackedBytes);
  }

  beginRound(): void {
    this.#blockLost += this.lostBytes;
    this.#blockAcked += this.ackedBytes;
    this.events = this.lostBytes = this.ackedBytes = 0;
    const total = this.#blockLost + this.#blockAcked;
    if (total < BLOCK_PACKETS * this.#packetBytes) return;
    this.#blocks[this.#blockAt] = this.#blockLost / total;
    this.#blockAt = (this.#blockAt + 1) % BLOCKS;
    this.#blockLost = this.#blockAcked = 0;
    let least = MAX_AMBIENT;
    for (const share of this.#blocks) if (share < least) least = share;
    this.ambient = least;
  }
}
