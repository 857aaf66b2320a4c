/** How much of a daemon strangers may take up. Whoever has a link is a stranger. */
export interface DaemonLimits {
  /** Shares at once. @default 256 */
  readonly shares: number;
  /** Sessions at once, all shares together: each costs up to 3 MB. @default 512 */
  readonly sessions: number;
  /** Sessions at once of one share, so that one link can't take everything. @default 256 */
  readonly sessionsPerShare: number;
  /** Sessions whose channel is not open yet, all shares together. @default 64 */
  readonly pendingSessions: number;
  /** Sessions of one share whose channel is not open yet: two viewers' lanes. @default 32 */
  readonly pendingPerShare: number;
  /** Viewers at once of one share. @default 128 */
  readonly viewersPerShare: number;
  /** Sessions at once of one viewer: more than 16 lanes were never measured to help. @default 16 */
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

/** The limits, those that were not given by default. */
export function resolveLimits(limits: Partial<DaemonLimits> = {}): DaemonLimits {
  return { ...DEFAULT_LIMITS, ...limits };
}

/** What counts of a session when another one wants in. */
export interface CountedSession {
  readonly shareId: string;
  /** Whether its channel is open. */
  readonly open: boolean;
}

export type SessionRefusal = "too-many-sessions" | "too-many-sessions-of-share" | "too-many-pending" | "too-many-pending-of-share";

/** Why one more session of a share can't be let in; undefined if it can. */
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
