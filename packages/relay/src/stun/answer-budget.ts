/** Answers to one client at once, and per second on average. Each of a client's addresses asks up to 7 times (RFC 8489, 6.2.1), and many clients share one behind a NAT. */
const CLIENT_BURST = 100;
const CLIENT_PER_SECOND = 20;
/** Answers to all clients at once, and per second on average: below 1 Mbit/s, whatever source addresses are forged. */
const TOTAL_BURST = 2_000;
const TOTAL_PER_SECOND = 2_000;
/** Clients that are counted, about 200 bytes each. The ones that asked longest ago are forgotten: the total still limits them. */
const MAX_CLIENTS = 10_000;

interface Bucket {
  tokens: number;
  /** Milliseconds. */
  filledAt: number;
}

/** Limits how many requests a STUN server answers: to each client, and in total. */
export class AnswerBudget {
  readonly #now: () => number;
  /** The client that asked longest ago is the first. */
  readonly #clients = new Map<string, Bucket>();
  readonly #total: Bucket;

  /** @param now milliseconds, never back */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#total = { tokens: TOTAL_BURST, filledAt: now() };
  }

  /** Takes one answer. @returns false if the client, or all of them, had too many */
  take(client: string): boolean {
    const now = this.#now();
    const bucket = this.#clients.get(client) ?? { tokens: CLIENT_BURST, filledAt: now };
    this.#clients.delete(client);
    this.#clients.set(client, bucket);
    if (this.#clients.size > MAX_CLIENTS) this.#forgetOldest();
    return takeToken(bucket, CLIENT_BURST, CLIENT_PER_SECOND, now) && takeToken(this.#total, TOTAL_BURST, TOTAL_PER_SECOND, now);
  }

  /** Number of clients that are counted. */
  get clients(): number {
    return this.#clients.size;
  }

  #forgetOldest(): void {
    for (const oldest of this.#clients.keys()) {
      this.#clients.delete(oldest);
      return;
    }
  }
}

function takeToken(bucket: Bucket, burst: number, perSecond: number, now: number): boolean {
  bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.filledAt) / 1000) * perSecond);
  bucket.filledAt = now;
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}
