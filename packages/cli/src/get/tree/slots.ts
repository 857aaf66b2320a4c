/** Lets a bounded number of tasks do something at once. */
import { abortable, createDeferred, type Deferred } from "@rangecast/base";

export class Slots {
  #free: number;
  readonly #waiting: Deferred<void>[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  /** Runs the task when a slot is free, in the order of the calls. @throws what the task throws; the signal's reason */
  async run<T>(task: () => Promise<T>, signal: AbortSignal): Promise<T> {
    await this.#take(signal);
    try {
      return await task();
    } finally {
      this.#give();
    }
  }

  async #take(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#free > 0) {
      this.#free -= 1;
      return;
    }
    const turn = createDeferred<void>();
    this.#waiting.push(turn);
    try {
      await abortable(turn.promise, signal);
    } catch (error) {
      const index = this.#waiting.indexOf(turn);
      // Its turn may have come at the same moment.
      if (index >= 0) this.#waiting.splice(index, 1);
      else this.#give();
      throw error;
    }
  }

  #give(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next.resolve();
  }
}
