/** Maximum number of remembered ids: more than a day of one session per second, in a few MB. */
const MAX_REMEMBERED = 100_000;

/**
 * The session ids used within this epoch: an id that comes again is a replay (L-8). Ids are added only once their offer opened, so nobody without the link
 * can displace them. Above the cap the oldest is forgotten.
 */
export class UsedSessions {
  readonly #ids = new Set<string>();
  readonly #cap: number;

  constructor(cap: number = MAX_REMEMBERED) {
    this.#cap = cap;
  }

  has(shareId: string, sessionId: string): boolean {
    return this.#ids.has(`${shareId}/${sessionId}`);
  }

  add(shareId: string, sessionId: string): void {
    this.#ids.add(`${shareId}/${sessionId}`);
    const [oldest] = this.#ids;
    if (this.#ids.size > this.#cap && oldest !== undefined) this.#ids.delete(oldest);
  }
}
