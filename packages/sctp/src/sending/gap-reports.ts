import { isAfter } from "../wire/serial.ts";

/** Some receivers report no more gap blocks than this, however many there are (Chromium). */
const FEWEST_AT_LIMIT = 20;

/** What the gap blocks of a peer's SACKs can't tell: a SACK with as many blocks as this peer ever reports may leave out what arrived after the last one. */
export class GapReports {
  #most = FEWEST_AT_LIMIT;
  #atLimit = false;
  #wasAtLimit = false;
  #horizonTsn: number | undefined;

  /** A SACK with so many blocks arrived. */
  begin(gapCount: number): void {
    this.#most = Math.max(this.#most, gapCount);
    this.#wasAtLimit = this.#atLimit;
    this.#atLimit = gapCount >= this.#most;
    this.#horizonTsn = undefined;
  }

  /** A block ends with this TSN. */
  blockEnds(tsn: number): void {
    if (this.#atLimit) this.#horizonTsn = tsn;
  }

  /** Whether this SACK, or the one before, may leave out what has arrived: the bytes that it acknowledges say nothing about a rate then. */
  get incomplete(): boolean {
    return this.#atLimit || this.#wasAtLimit;
  }

  /** Most blocks that this peer is known to report. */
  get most(): number {
    return this.#most;
  }

  /** The last TSN that the last SACK reports; undefined: all that were sent. */
  get lastTsn(): number | undefined {
    return this.#horizonTsn;
  }

  /** Whether the last SACK would not report this TSN, had it arrived. */
  isBeyond(tsn: number): boolean {
    return this.#horizonTsn !== undefined && isAfter(tsn, this.#horizonTsn);
  }
}
