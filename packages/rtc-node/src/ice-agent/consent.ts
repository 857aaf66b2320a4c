/** RFC 7675, 5.1: a check about every 5 s, with up to a fifth of it at random; consent ends 30 s after the last answered check. */
const INTERVAL_MS = 5_000;
const INTERVAL_SPREAD = 0.2;
const EXPIRY_MS = 30_000;
/** From then on without anything authenticated the path is taken for interrupted, ms: both our checks and the peer's were lost. */
const SILENCE_MS = 8_000;

export interface ConsentOptions {
  /** Sends a check; resolves when it was answered. */
  readonly check: () => Promise<unknown>;
  readonly onSilent: () => void;
  readonly onHeard: () => void;
  readonly onExpired: () => void;
}

/** Whether the peer still wants our packets (RFC 7675). */
export class Consent {
  readonly #options: ConsentOptions;
  #timer: NodeJS.Timeout | undefined;
  /** A check of an earlier path confirms nothing. */
  #session = 0;
  #confirmedAt = 0;
  #heardAt = 0;
  #nextCheckAt = 0;
  #silent = false;

  constructor(options: ConsentOptions) {
    this.#options = options;
  }

  /** Whether nothing authenticated has arrived for {@link SILENCE_MS}. */
  get silent(): boolean {
    return this.#silent;
  }

  /** A check over this path was just answered. */
  start(): void {
    const now = performance.now();
    this.stop();
    this.#confirmedAt = now;
    this.heard();
    this.#nextCheckAt = now + nextInterval();
    this.#schedule(now);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#session += 1;
    this.#timer = undefined;
  }

  /** An authenticated message of the peer arrived over the path. */
  heard(): void {
    this.#heardAt = performance.now();
    if (!this.#silent) return;
    this.#silent = false;
    this.#options.onHeard();
  }

  #schedule(now: number): void {
    const silentAt = this.#silent ? Infinity : this.#heardAt + SILENCE_MS;
    const next = Math.min(this.#nextCheckAt, this.#confirmedAt + EXPIRY_MS, silentAt);
    this.#timer = setTimeout(() => this.#tick(performance.now()), Math.max(0, Math.ceil(next - now)));
  }

  #tick(now: number): void {
    if (now - this.#confirmedAt >= EXPIRY_MS) {
      this.stop();
      this.#options.onExpired();
      return;
    }
    if (now >= this.#nextCheckAt) {
      this.#nextCheckAt = now + nextInterval();
      this.#check();
    }
    this.#schedule(now);
    if (this.#silent || now - this.#heardAt < SILENCE_MS) return;
    this.#silent = true;
    this.#options.onSilent();
  }

  #check(): void {
    const session = this.#session;
    this.#options.check().then(
      () => {
        if (session !== this.#session) return;
        this.#confirmedAt = performance.now();
        this.heard();
      },
      () => {},
    );
  }
}

function nextInterval(): number {
  return INTERVAL_MS * (1 - INTERVAL_SPREAD + 2 * INTERVAL_SPREAD * Math.random());
}
