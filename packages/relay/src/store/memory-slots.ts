import type { Claim, SlotTerms } from "./store.ts";

/** One capped set in memory: its members, and when their slots expire. */
export class MemorySlots {
  readonly #ends = new Map<string, number>();
  /** No slot expires before this. The scan for expired ones waits until then, so that claims in a full set stay cheap. */
  #firstEnd = Number.POSITIVE_INFINITY;

  get size(): number {
    return this.#ends.size;
  }

  /** Whether `member` can take or renew a slot. */
  check(member: string, { limit }: SlotTerms, now: number): Claim {
    this.#expire(now);
    const isFull = this.#ends.size >= limit && !this.#ends.has(member);
    return isFull ? { taken: false, retryAfterMs: Math.max(0, this.#firstEnd - now) } : { taken: true };
  }

  /** Takes or renews a slot that {@link check} found free. */
  take(member: string, { ttlMs }: SlotTerms, now: number): void {
    const end = now + ttlMs;
    this.#ends.set(member, end);
    this.#firstEnd = Math.min(this.#firstEnd, end);
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
