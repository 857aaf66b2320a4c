import { RelayError } from "../http/relay-error.ts";
import type { RelayStore, SlotTerms } from "./store.ts";

/**
 * Takes a place in a capped set.
 * @param what for the message, such as "sessions of this share"
 * @throws {RelayError} `busy`, with the time after which to try again
 */
export async function takePlace(store: RelayStore, key: string, member: string, terms: SlotTerms, what: string): Promise<void> {
  const claim = await store.claim(key, member, terms);
  if (!claim.taken) {
    throw new RelayError("busy", `too many ${what}`, { retryAfterMs: claim.retryAfterMs });
  }
}

/** Takes a place that gives itself back after the window: at most `limit` in any window's time. @throws {RelayError} `busy` */
export async function takeTurn(store: RelayStore, key: string, limit: number, windowMs: number, what: string): Promise<void> {
  await takePlace(store, key, crypto.randomUUID(), { limit, ttlMs: windowMs }, what);
}

export interface Place {
  readonly key: string;
  readonly member: string;
  readonly terms: SlotTerms;
  readonly what: string;
}

/** Takes all places, in order; where one is refused, gives those before it back. @throws {RelayError} `busy` */
export async function takePlaces(store: RelayStore, places: readonly Place[]): Promise<void> {
  for (const [index, { key, member, terms, what }] of places.entries()) {
    try {
      await takePlace(store, key, member, terms, what);
    } catch (error) {
      await leavePlaces(store, places.slice(0, index));
      throw error;
    }
  }
}

export async function leavePlaces(store: RelayStore, places: readonly Pick<Place, "key" | "member">[]): Promise<void> {
  for (const { key, member } of places) {
    await store.release(key, member);
  }
}
