interface Event<T> {
  atMs: number;
  order: number;
  value: T;
}

/** Values by time: a binary heap. Of two at the same time, the one that was put in first comes out first. */
export class EventQueue<T> {
  readonly #heap: Event<T>[] = [];
  #order = 0;

  /** Time of the next value, ms; Infinity if there is none. */
  get nextAtMs(): number {
    return this.#heap[0]?.atMs ?? Infinity;
  }

  push(atMs: number, value: T): void {
    const event = { atMs, order: this.#order++, value };
    let at = this.#heap.length;
    this.#heap.push(event);
    while (at > 0) {
      const up = (at - 1) >> 1;
      const parent = this.#heap[up];
      if (!parent || isBefore(parent, event)) break;
      this.#heap[at] = parent;
      at = up;
    }
    this.#heap[at] = event;
  }

  /** Takes the next value out, if its time has come. */
  pop(nowMs: number): T | undefined {
    const first = this.#heap[0];
    if (!first || first.atMs > nowMs) return undefined;
    const last = this.#heap.pop();
    if (last && this.#heap.length > 0) this.#sink(last);
    return first.value;
  }

  #sink(event: Event<T>): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      let least = heap[child];
      if (!least) break;
      const right = heap[child + 1];
      if (right && isBefore(right, least)) {
        least = right;
        child++;
      }
      if (isBefore(event, least)) break;
      heap[at] = least;
      at = child;
    }
    heap[at] = event;
  }
}

function isBefore(a: { atMs: number; order: number }, b: { atMs: number; order: number }): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
