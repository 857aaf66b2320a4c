import type { Logger } from "../logger.ts";

/** Minimum interval between two log lines, milliseconds: a flood of bad frames must not flood the log (C-7). */
const LINE_INTERVAL_MS = 10_000;

export interface DropLogOptions {
  /** `debug` for things that every well-behaved peer causes. @default "warn" */
  readonly level?: "warn" | "debug";
  /** Clock, milliseconds. @default performance.now */
  readonly now?: () => number;
}

/**
 * Counts dropped things by reason and logs the counts: the first at once, then at most one line every 10 s with the counts since the last line. Reasons
 * are ours, never a peer's text, so their number is bounded.
 */
export class DropLog<Reason extends string> {
  readonly #logger: Logger;
  readonly #message: string;
  readonly #level: "warn" | "debug";
  readonly #now: () => number;
  readonly #unlogged = new Map<Reason, number>();
  #total = 0;
  #loggedAtMs = Number.NEGATIVE_INFINITY;

  constructor(logger: Logger, message: string, options: DropLogOptions = {}) {
    this.#logger = logger;
    this.#message = message;
    this.#level = options.level ?? "warn";
    this.#now = options.now ?? (() => performance.now());
  }

  /** Number dropped so far. */
  get total(): number {
    return this.#total;
  }

  count(reason: Reason): void {
    this.#total += 1;
    this.#unlogged.set(reason, (this.#unlogged.get(reason) ?? 0) + 1);
    if (this.#now() - this.#loggedAtMs >= LINE_INTERVAL_MS) this.flush();
  }

  /** Logs the counts that are not logged yet. Call it at the end, so that none is lost. */
  flush(): void {
    if (this.#unlogged.size === 0) return;
    this.#logger[this.#level](this.#message, { reasons: Object.fromEntries(this.#unlogged), total: this.#total });
    this.#unlogged.clear();
    this.#loggedAtMs = this.#now();
  }
}
