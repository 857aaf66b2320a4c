/**
 * Number of sequence numbers behind the highest one that are told apart. RFC 6347, 4.1.2.6, asks for 64; a path that reorders
 * delays a packet by some milliseconds, in which a fast sender sends hundreds.
 */
export const REPLAY_WINDOW = 1024;

const WORD_BITS = 32;

/** Which records of an epoch have arrived (RFC 6347, 4.1.2.6). Old ones count as arrived. */
export class ReplayWindow {
  readonly #words: Uint32Array = new Uint32Array(REPLAY_WINDOW / WORD_BITS);
  /** The highest sequence number that has arrived; -1: none. */
  #highest = -1;

  /** Whether a record was seen before, or is too old to know. */
  has(sequence: number): boolean {
    if (sequence > this.#highest) return false;
    if (sequence <= this.#highest - REPLAY_WINDOW) return true;
    const bit = sequence % REPLAY_WINDOW;
    return (this.#words[bit >>> 5]! & (1 << (bit & 31))) !== 0;
  }

  /** Marks an authenticated record for which {@link has} is false. */
  add(sequence: number): void {
    if (sequence - this.#highest >= REPLAY_WINDOW) this.#words.fill(0);
    else for (let skipped = this.#highest + 1; skipped < sequence; skipped += 1) this.#clear(skipped % REPLAY_WINDOW);
    if (sequence > this.#highest) this.#highest = sequence;
    const bit = sequence % REPLAY_WINDOW;
    this.#words[bit >>> 5]! |= 1 << (bit & 31);
  }

  #clear(bit: number): void {
    this.#words[bit >>> 5]! &= ~(1 << (bit & 31));
  }
}
