export interface TokenBucketOptions {
  /** Tokens at the beginning, and at most. */
  readonly burst: number;
  readonly perSecond: number;
  /** Time, ms. */
  readonly now: () => number;
}

/** Limits how often something happens, on average and at once. */
export class TokenBucket {
  readonly #options: TokenBucketOptions;
  #tokens: number;
  #filledAt: number;

  constructor(options: TokenBucketOptions) {
    this.#options = options;
    this.#tokens = options.burst;
    this.#filledAt = options.now();
  }

  /** Takes a token. @returns false if there is none */
  take(): boolean {
    const { burst, perSecond, now } = this.#options;
    const time = now();
    this.#tokens = Math.min(burst, this.#tokens + ((time - this.#filledAt) / 1000) * perSecond);
    this.#filledAt = time;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
