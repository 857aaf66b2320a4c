/** Session ids that are remembered: over a day of one new session a second, in a few MB. */
const MAX_REMEMBERED = 100_000;

/**
 * The session ids that were used within this epoch (protocol 3.1, point 4): one that comes again is a replay. Only ids whose offer opened
 * are taken up, so nobody without the link can push others out; past the cap the oldest is forgotten.
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
