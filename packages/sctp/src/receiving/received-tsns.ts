import { isAfter, offsetOf } from "../wire/serial.ts";

/** How far above the cumulative TSN a chunk is accepted, TSNs. A gap block's offset is a u16, so more can't be reported (RFC 9260, 3.3.4). A power of two. */
export const MAX_TSN_AHEAD = 32_768;

/** Most gap blocks in a SACK: with them it fits into any packet. What is not reported looks lost, or in flight, to the sender. */
export const MAX_GAP_BLOCKS = 256;

/** Most duplicate TSNs in a SACK. */
export const MAX_DUPLICATES = 16;

const MASK = MAX_TSN_AHEAD - 1;

/** Which TSNs have arrived: all up to the cumulative one, and a set above it (RFC 9260, 6.2). Its memory is constant. */
export class ReceivedTsns {
  #cumulative: number;
  /** The highest that arrived. */
  #highest: number;
  /** By TSN modulo the window: whether it arrived above the cumulative one. */
  readonly #above = new Uint8Array(MAX_TSN_AHEAD);
  /** Pairs of first and last offset to the cumulative TSN; valid after {@link findGaps}. */
  readonly gaps: Uint16Array = new Uint16Array(2 * MAX_GAP_BLOCKS);
  readonly duplicates: Uint32Array = new Uint32Array(MAX_DUPLICATES);
  duplicateCount = 0;

  /** @param initialTsn the first TSN that the peer sends */
  constructor(initialTsn: number) {
    this.#cumulative = (initialTsn - 1) >>> 0;
    this.#highest = this.#cumulative;
  }

  /** All TSNs up to this one have arrived. */
  get cumulative(): number {
    return this.#cumulative;
  }

  /** Whether TSNs are missing below one that arrived. */
  get hasGaps(): boolean {
    return this.#highest !== this.#cumulative;
  }

  /**
   * A chunk arrived.
   * @returns whether it is new and can be kept; a duplicate is noted for the next SACK
   */
  add(tsn: number): boolean {
    const ahead = offsetOf(tsn, this.#cumulative);
    if (ahead > MAX_TSN_AHEAD - 1 && isAfter(tsn, this.#cumulative)) return false;
    if (!isAfter(tsn, this.#cumulative) || this.#above[tsn & MASK] === 1) {
      if (this.duplicateCount < MAX_DUPLICATES) this.duplicates[this.duplicateCount++] = tsn;
      return false;
    }
    this.#above[tsn & MASK] = 1;
    if (isAfter(tsn, this.#highest)) this.#highest = tsn;
    this.#advance();
    return true;
  }

  /** The peer skips all TSNs up to this one (RFC 3758, 3.6). @returns whether that is new, and within the window */
  skipTo(tsn: number): boolean {
    if (!isAfter(tsn, this.#cumulative) || offsetOf(tsn, this.#cumulative) >= MAX_TSN_AHEAD) return false;
    for (let skipped = (this.#cumulative + 1) >>> 0; skipped !== tsn; skipped = (skipped + 1) >>> 0) this.#above[skipped & MASK] = 0;
    this.#above[tsn & MASK] = 0;
    this.#cumulative = tsn;
    if (isAfter(tsn, this.#highest)) this.#highest = tsn;
    this.#advance();
    return true;
  }

  /** Fills {@link gaps}. @returns the number of blocks, at most {@link MAX_GAP_BLOCKS}: those next to the cumulative TSN */
  findGaps(): number {
    let count = 0;
    const end = offsetOf(this.#highest, this.#cumulative);
    for (let offset = 1; offset <= end && count < MAX_GAP_BLOCKS; offset += 1) {
      if (this.#above[(this.#cumulative + offset) & MASK] !== 1) continue;
      const first = offset;
      while (offset < end && this.#above[(this.#cumulative + offset + 1) & MASK] === 1) offset += 1;
      this.gaps[2 * count] = first;
      this.gaps[2 * count + 1] = offset;
      count += 1;
    }
    return count;
  }

  #advance(): void {
    let next = (this.#cumulative + 1) >>> 0;
    while (this.#above[next & MASK] === 1) {
      this.#above[next & MASK] = 0;
      this.#cumulative = next;
      next = (next + 1) >>> 0;
    }
  }
}
