/** One capped set in memory: its members, and when their slots expire. */
export class MemorySlots {
  readonly #ends = new Map<string, number>();
  /** No slot expires before this. The scan for expired ones waits until then, so that claims in a full set stay cheap. */
  #firstEnd = Number.POSITIVE_INFINITY;

  get size(): number {
    return this.#ends.size;
  }

  /** Undefined if `member` can take or renew a slot; otherwise when the next slot becomes free, milliseconds from now. */
  waitFor(member: string, limit: number, now: number): number | undefined {
    this.#expire(now);
    return this.#ends.size >= limit && !this.#ends.has(member) ? Math.max(0, this.#firstEnd - now) : undefined;
  }

  /** Takes or renews a slot that {@link waitFor} found free. */
  take(member: string, ttlMs: number, now: number): void {
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
