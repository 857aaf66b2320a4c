import type { Claim, SlotTerms } from "./store.ts";

/** One capped set in memory: members and when their place ends. */
export class MemorySlots {
  readonly #ends = new Map<string, number>();
  /** No member ends before this: the scan for ended ones waits until then, so that a claim in a full set stays cheap. */
  #firstEnd = Number.POSITIVE_INFINITY;

  get size(): number {
    return this.#ends.size;
  }

  claim(member: string, terms: SlotTerms, now: number): Claim {
    this.#expire(now);
    if (this.#ends.size >= terms.limit && !this.#ends.has(member)) {
      return { taken: false, retryAfterMs: Math.max(0, this.#firstEnd - now) };
    }
    const end = now + terms.ttlMs;
    this.#ends.set(member, end);
    this.#firstEnd = Math.min(this.#firstEnd, end);
    return { taken: true };
  }

  release(member: string): void {
    this.#ends.delete(member);
  }

  members(now: number): string[] {
    this.#expire(now);
    return [...this.#ends.keys()];
  }

  #expire(now: number): void {
    if (now < this.#firstEnd) {
      return;
    }
    this.#firstEnd = Number.POSITIVE_INFINITY;
    for (const [member, end] of this.#ends) {
      if (end <= now) {
        this.#ends.delete(member);
      } else {
        this.#firstEnd = Math.min(this.#firstEnd, end);
      }
    }
  }
}
