import type { Logger } from "../logger.ts";

/** Shortest time between two lines about dropped things, milliseconds: a flood must not flood the log (protocol 1.3). */
const LINE_INTERVAL_MS = 10_000;

export interface DropLogOptions {
  /** `debug` for what every well-behaved peer causes. @default "warn" */
  readonly level?: "warn" | "debug";
  /** Clock, milliseconds. @default performance.now */
  readonly now?: () => number;
}

/**
 * Counts what is dropped, by reason, and says so now and then: the first at once, then at most one line every 10 s with what came
 * together since. Reasons are ours, never the stranger's text, so the count can't grow.
 */
export class DropLog<Reason extends string> {
  readonly #logger: Logger;
  readonly #message: string;
  readonly #level: "warn" | "debug";
  readonly #now: () => number;
  readonly #unsaid = new Map<Reason, number>();
  #total = 0;
  #saidAtMs = Number.NEGATIVE_INFINITY;

  constructor(logger: Logger, message: string, options: DropLogOptions = {}) {
    this.#logger = logger;
    this.#message = message;
    this.#level = options.level ?? "warn";
    this.#now = options.now ?? (() => performance.now());
  }

  /** How many were dropped in all. */
  get total(): number {
    return this.#total;
  }

  count(reason: Reason): void {
    this.#total += 1;
    this.#unsaid.set(reason, (this.#unsaid.get(reason) ?? 0) + 1);
    if (this.#now() - this.#saidAtMs >= LINE_INTERVAL_MS) this.flush();
  }

  /** Says what is still unsaid; called at the end, so that no count is lost. */
  flush(): void {
    if (this.#unsaid.size === 0) return;
    this.#logger[this.#level](this.#message, { reasons: Object.fromEntries(this.#unsaid), total: this.#total });
    this.#unsaid.clear();
    this.#saidAtMs = this.#now();
  }
}
