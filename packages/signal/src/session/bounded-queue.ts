import { abortable } from "@rangecast/base";

/** A capped queue that one reader takes from. */
export class Arrivals<T> {
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

  /** Whether there was room for it. */
  push(item: T): boolean {
    if (this.#ended !== undefined || this.isFull) return false;
    this.#waiting.push(item);
    this.#wake();
    return true;
  }

  /** Lets go of all that waits and ends the reading, now; with an error if there is one. */
  end(ended: { readonly error?: unknown } = {}): void {
    this.#ended ??= ended;
    this.#waiting.length = 0;
    this.#wake();
  }

  /** What comes, until the end or until the signal aborts. */
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
