/** Number of events that are remembered: more than a relay keeps for one session. */
const CAPACITY = 1024;

/**
 * Detects repeated events: same id and same data. The id alone is not enough, since a restarted relay may count from the start again. The data is remembered
 * as a 32-bit hash (FNV-1a): only the relay could construct a collision, and it can drop messages anyway.
 */
export class RecentEvents {
  readonly #keys = new Set<string>();

  /** Whether the event was seen before; remembers it. Always false for an event without an id. */
  seen(id: string, data: string): boolean {
    if (id === "") return false;
    const key = `${id} ${data.length} ${fnv1a(data)}`;
    if (this.#keys.has(key)) return true;
    this.#keys.add(key);
    const [oldest] = this.#keys;
    if (this.#keys.size > CAPACITY && oldest !== undefined) this.#keys.delete(oldest);
    return false;
  }
}

function fnv1a(text: string): number {
  const offsetBasis = 0x811c9dc5;
  const prime = 0x01000193;
  let hash = offsetBasis;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), prime);
  return hash >>> 0;
}
