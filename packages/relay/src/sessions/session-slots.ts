import type { Slot } from "../store/caps.ts";
import { keys } from "../store/keys.ts";
import type { RelayLimits } from "../limits.ts";
import type { SessionRecord } from "./session-record.ts";

type Owner = Pick<SessionRecord, "address" | "shareId">;

/** The slots of a session that isn't accepted yet. The address's cap is checked before the share's, so that it applies first. */
export function pendingSlots(sessionId: string, { address, shareId }: Owner, limits: RelayLimits): Slot[] {
  const ttlMs = limits.pendingMs;
  return [
    {
      key: keys.addressPending(address),
      member: sessionId,
      terms: { limit: limits.pendingPerAddress, ttlMs },
      what: "waiting sessions from this address",
    },
    {
      key: keys.sharePending(shareId),
      member: sessionId,
      terms: { limit: limits.pendingPerShare, ttlMs },
      what: "waiting sessions of this share",
    },
  ];
}

/** The slots that a session holds as long as the store has data of it. */
export function keptSlots(sessionId: string, { address, shareId }: Owner, limits: RelayLimits): Slot[] {
  const slot = (key: string, limit: number, what: string): Slot => ({
    key,
    member: sessionId,
    terms: { limit, ttlMs: limits.sessionIdleMs },
    what,
  });
  return [
    slot(keys.addressSessions(address), limits.sessionsPerAddress, "sessions from this address"),
    slot(keys.shareSessions(shareId), limits.sessionsPerShare, "sessions of this share"),
    slot(keys.allSessions, limits.sessions, "sessions"),
  ];
}
