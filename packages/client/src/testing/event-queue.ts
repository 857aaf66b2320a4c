interface QueuedEvent {
  readonly atMs: number;
  readonly act: () => void;
}

/** Runs callbacks on simulated time, in the order of their times; at equal times in the order in which they were added. */
export class EventQueue {
  readonly #events: QueuedEvent[] = [];
  nowMs = 0;

  after(ms: number, act: () => void): void {
    const atMs = this.nowMs + ms;
    let low = 0;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#events[middle]?.atMs ?? 0) <= atMs) low = middle + 1;
      else high = middle;
    }
    this.#events.splice(low, 0, { atMs, act });
  }

  runUntil(endMs: number): void {
    for (let event = this.#events[0]; event !== undefined && event.atMs <= endMs; event = this.#events[0]) {
      this.#events.shift();
      this.nowMs = event.atMs;
      event.act();
    }
  }
}
