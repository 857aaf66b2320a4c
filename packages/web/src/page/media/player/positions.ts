/*
 * Where the viewer stopped in each film and track: kept by the browser for this page's origin, per version of a file. A file is named by a hash, so that the
 * names of what somebody watched are not stored.
 */
import type { FilmName } from "./part.ts";

/** The part of localStorage that is used. It may be missing or full: then nothing is remembered. */
export interface PositionStore {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/** Number of files that are remembered; the ones played least recently are forgotten. Each takes about 30 characters. */
export const MAX_POSITIONS = 500;
const STORE_KEY = "rangecast-positions";
/** Characters of a hash that are kept: 96 bits tell any number of files apart. */
const HASH_CHARACTERS = 24;
/** Nobody misses the first seconds; and near the end, a film begins again. */
const SHORTEST_S = 10;
const LAST_PART = 0.95;

/** The key of a version of a film. */
export async function positionKey({ share, path, etag, size }: FilmName): Promise<string> {
  const name = new TextEncoder().encode(JSON.stringify([share, path, etag ?? null, size]));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", name));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0"))
    .join("")
    .slice(0, HASH_CHARACTERS);
}

export class Positions {
  readonly #store: () => PositionStore;

  /** @param store throws where the browser allows no storage */
  constructor(store: () => PositionStore) {
    this.#store = store;
  }

  /** Seconds from the start. 0: nothing is remembered. */
  get(key: string): number {
    return this.#read().find(([known]) => known === key)?.[1] ?? 0;
  }

  /** @param seconds where playback is now @param duration of the whole, seconds */
  set(key: string, seconds: number, duration: number): void {
    const kept = this.#read().filter(([known]) => known !== key);
    const worthwhile = seconds >= SHORTEST_S && !(seconds > duration * LAST_PART);
    const positions = worthwhile ? [...kept, [key, Math.floor(seconds)]] : kept;
    try {
      this.#store().setItem(STORE_KEY, JSON.stringify(positions.slice(-MAX_POSITIONS)));
    } catch {
      // No storage here, or it is full.
    }
  }

  #read(): readonly (readonly [key: string, seconds: number])[] {
    try {
      const stored: unknown = JSON.parse(this.#store().getItem(STORE_KEY) ?? "[]");
      return Array.isArray(stored) ? stored.filter(isPosition) : [];
    } catch {
      return [];
    }
  }
}

function isPosition(value: unknown): value is readonly [string, number] {
  return Array.isArray(value) && typeof value[0] === "string" && typeof value[1] === "number" && value[1] > 0;
}
