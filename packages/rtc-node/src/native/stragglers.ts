/** Time limit for the close event of a native channel, milliseconds. It usually takes one turn of the event loop. */
const STRAGGLE_MS = 2_000;

/**
 * Native channels that were closed and whose close event is missing. Each keeps the process alive until its event, and the library loses the event if the
 * remote closes the channel at the same moment. When no connection is left, the library's clean-up releases them all.
 */
export class Stragglers {
  readonly #waiting = new Set<object>();
  readonly #cleanUp: () => void;
  readonly #openConnections: () => number;
  #timer: NodeJS.Timeout | undefined;

  constructor(cleanUp: () => void, openConnections: () => number) {
    this.#cleanUp = cleanUp;
    this.#openConnections = openConnections;
  }

  /** A channel was closed; its close event is expected. */
  expect(channel: object): void {
    this.#waiting.add(channel);
    this.#watch();
  }

  /** The close event arrived. */
  settle(channel: object): void {
    this.#waiting.delete(channel);
    if (this.#waiting.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #watch(): void {
    // The native channels keep the process alive, so the timer need not.
    this.#timer ??= setTimeout(() => this.#check(), STRAGGLE_MS).unref();
  }

  #check(): void {
    this.#timer = undefined;
    if (this.#waiting.size === 0) return;
    if (this.#openConnections() > 0) return this.#watch();
    this.#waiting.clear();
    return this.#cleanUp();
  }
}
