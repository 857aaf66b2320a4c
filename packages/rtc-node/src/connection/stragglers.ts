/** How long a native channel may take to tell of its close, milliseconds. It is a matter of one turn of the event loop. */
const STRAGGLE_MS = 2_000;

/**
 * Native channels that were closed and have not said so. Each holds the process alive until it does; and where the remote closes at the same moment, the
 * library forgets to tell. Once no connection is left, the library's own clean-up lets go of them all.
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

  /** A channel was closed, and has yet to say so. */
  expect(channel: object): void {
    this.#waiting.add(channel);
    this.#watch();
  }

  /** It has said so. */
  settle(channel: object): void {
    this.#waiting.delete(channel);
    if (this.#waiting.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #watch(): void {
    // The stragglers keep the process alive, not the timer.
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
