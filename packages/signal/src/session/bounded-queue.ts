import { abortable } from "@rangecast/base";

/** A queue with a cap, for one reader. */
export class BoundedQueue<T> {
  readonly #capacity: number;
  readonly #waiting: T[] = [];
  #ended: { readonly error?: unknown } | undefined;
  #wake: () => void = () => undefined;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get isFull(): boolean {
    return this.#waiting.length >= this.#capacity;
  }

  /** @returns whether it was added: not when the queue is full or ended */
  push(item: T): boolean {
    if (this.#ended !== undefined || this.isFull) return false;
    this.#waiting.push(item);
    this.#wake();
    return true;
  }

  /** Drops all items and ends the reading at once, with an error if there is one. */
  end(ended: { readonly error?: unknown } = {}): void {
    this.#ended ??= ended;
    this.#waiting.length = 0;
    this.#wake();
  }

  /** The items, until {@link end} is called or the signal aborts. */
  async *read(signal: AbortSignal): AsyncGenerator<T, void, undefined> {
    while (!signal.aborted) {
      if (this.#ended !== undefined) return this.#throwError();
      if (this.#waiting.length > 0) {
        yield* this.#waiting.splice(0, 1);
        continue;
      }
      const woken = new Promise<void>((resolve) => (this.#wake = resolve));
      await abortable(woken, signal).catch(() => undefined);
    }
  }

  #throwError(): void {
    if (this.#ended !== undefined && "error" in this.#ended) throw this.#ended.error;
  }
}
