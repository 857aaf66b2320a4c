/** Limits on the resources that viewers use. Everybody with a link is a viewer, so none is trusted. */
export interface DaemonLimits {
  /** Maximum number of shares. @default 256 */
  readonly shares: number;
  /** Maximum number of sessions of all shares. Each uses up to 3 MB. @default 512 */
  readonly sessions: number;
  /** Maximum number of sessions of one share, so that one link can't use up all of them. @default 256 */
  readonly sessionsPerShare: number;
  /** Maximum number of sessions whose channel is not open yet, of all shares. @default 64 */
  readonly pendingSessions: number;
  /** Maximum number of sessions of one share whose channel is not open yet: those of two viewers. @default 32 */
  readonly pendingPerShare: number;
  /** Maximum number of viewers of one share. @default 128 */
  readonly viewersPerShare: number;
  /** Maximum number of sessions of one viewer. No measurement gained from more than 16. @default 16 */
  readonly lanesPerViewer: number;
}

const DEFAULT_LIMITS: DaemonLimits = {
  shares: 256,
  sessions: 512,
  sessionsPerShare: 256,
  pendingSessions: 64,
  pendingPerShare: 32,
  viewersPerShare: 128,
  lanesPerViewer: 16,
};

/** Fills in the defaults. */
export function resolveLimits(limits: Partial<DaemonLimits> = {}): DaemonLimits {
  return { ...DEFAULT_LIMITS, ...limits };
}

/** The part of a session that the limits count. */
export interface CountedSession {
  readonly shareId: string;
  /** Whether its channel is open. */
  readonly open: boolean;
}

export type SessionRefusal = "too-many-sessions" | "too-many-sessions-of-share" | "too-many-pending" | "too-many-pending-of-share";

/** Why one more session of a share is refused; undefined if it is accepted. */
export function refuseSession(sessions: Iterable<CountedSession>, shareId: string, limits: DaemonLimits): SessionRefusal | undefined {
  let [all, ofShare, pending, pendingOfShare] = [0, 0, 0, 0];
  for (const session of sessions) {
    const same = session.shareId === shareId;
    all += 1;
    if (same) ofShare += 1;
    if (!session.open) pending += 1;
    if (!session.open && same) pendingOfShare += 1;
  }
  if (all >= limits.sessions) return "too-many-sessions";
  if (ofShare >= limits.sessionsPerShare) return "too-many-sessions-of-share";
  if (pendingOfShare >= limits.pendingPerShare) return "too-many-pending-of-share";
  return pending >= limits.pendingSessions ? "too-many-pending" : undefined;
}
