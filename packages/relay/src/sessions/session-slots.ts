import { type Slot, slotsOf } from "../store/caps.ts";
import { keys } from "../store/keys.ts";
import type { RelayLimits } from "../limits.ts";
import type { SessionRecord } from "./session-state.ts";

type Owner = Pick<SessionRecord, "address" | "shareId">;

/** The slots of a session that isn't accepted yet. The address's cap is checked before the share's, so that it applies first. */
export function pendingSlots(sessionId: string, { address, shareId }: Owner, limits: RelayLimits): Slot[] {
  return slotsOf(sessionId, limits.pendingMs, [
    [keys.addressPending(address), limits.pendingPerAddress, "waiting sessions from this address"],
    [keys.sharePending(shareId), limits.pendingPerShare, "waiting sessions of this share"],
  ]);
}

/** The slots that a session holds as long as the store has data of it. */
export function keptSlots(sessionId: string, { address, shareId }: Owner, limits: RelayLimits): Slot[] {
  return slotsOf(sessionId, limits.sessionIdleMs, [
    [keys.addressSessions(address), limits.sessionsPerAddress, "sessions from this address"],
    [keys.shareSessions(shareId), limits.sessionsPerShare, "sessions of this share"],
    [keys.allSessions, limits.sessions, "sessions"],
  ]);
}
