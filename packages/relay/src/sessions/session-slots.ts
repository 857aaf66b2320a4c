import type { Place } from "../store/caps.ts";
import { keys } from "../store/keys.ts";
import type { RelayLimits } from "../limits.ts";
import type { SessionRecord } from "./session-record.ts";

type Owner = Pick<SessionRecord, "address" | "shareId">;

/** The places of a session that isn't accepted yet: the address's before the share's, so that one address can't fill a share's (protocol 3.1, point 3). */
export function pendingPlaces(sessionId: string, { address, shareId }: Owner, limits: RelayLimits): Place[] {
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

/** The places that a session has as long as anything of it is kept. */
export function keptPlaces(sessionId: string, { address, shareId }: Owner, limits: RelayLimits): Place[] {
  const place = (key: string, limit: number, what: string): Place => ({
    key,
    member: sessionId,
    terms: { limit, ttlMs: limits.sessionIdleMs },
    what,
  });
  return [
    place(keys.addressSessions(address), limits.sessionsPerAddress, "sessions from this address"),
    place(keys.shareSessions(shareId), limits.sessionsPerShare, "sessions of this share"),
    place(keys.allSessions, limits.sessions, "sessions"),
  ];
}
