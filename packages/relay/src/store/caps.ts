import { RelayError } from "../http/relay-error.ts";
import type { RelayStore, SlotRequest } from "./store.ts";

/** Limits a rate to `limit` calls in any window of time. @throws {RelayError} `busy` */
export async function limitRate(store: RelayStore, key: string, limit: number, windowMs: number, what: string): Promise<void> {
  await takeSlots(store, [{ key, member: crypto.randomUUID(), limit, ttlMs: windowMs, what }]);
}

export interface Slot extends SlotRequest {
  /** For the error message, such as "sessions of this share". */
  readonly what: string;
}

/** Takes all of the slots or none. @throws {RelayError} `busy`, for the first set that is full */
export async function takeSlots(store: RelayStore, slots: readonly Slot[]): Promise<void> {
  const claim = await store.claim(slots);
  if (!claim.taken) {
    throw new RelayError("busy", `too many ${slots[claim.refused]?.what}`, { retryAfterMs: claim.retryAfterMs });
  }
}

/** Makes the slots of one member, which have the same lifetime. */
export function slotsOf(member: string, ttlMs: number, sets: readonly (readonly [key: string, limit: number, what: string])[]): Slot[] {
  return sets.map(([key, limit, what]) => ({ key, member, limit, ttlMs, what }));
}

/** Renews each of the slots; one that expired is taken again if its set isn't full. */
export async function renewSlots(store: RelayStore, slots: readonly Slot[]): Promise<void> {
  for (const slot of slots) await store.claim([slot]);
}

export async function releaseSlots(store: RelayStore, slots: readonly Pick<Slot, "key" | "member">[]): Promise<void> {
  for (const { key, member } of slots) {
    await store.release(key, member);
  }
}
