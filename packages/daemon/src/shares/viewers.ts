import { RateMeter } from "@rangecast/base";
import type { SelectedPath } from "@rangecast/rtc";
import { SessionError } from "../daemon-error.ts";
import type { DaemonEvent } from "./daemon-event.ts";
import type { DaemonLimits } from "./daemon-limits.ts";
import { FailedViewers } from "./failed-viewers.ts";
import { PROGRESS_INTERVAL_MS, RATE_SPAN_MS } from "../session/progress.ts";
import type { SessionEnd } from "../session/session-end.ts";

/** Most viewers that are remembered as dropped; the oldest are forgotten. */
const MAX_DROPPED = 1000;

export interface ClaimOptions {
  /** Called while the session lives, and once when it has ended. */
  readonly deliveredBytes: () => number;
  /** Path of the file that was read last. @default none */
  readonly reading?: () => string | undefined;
  /** Maximum number of viewers of the share. @default that of the daemon */
  readonly maxViewers?: number | undefined;
}

/** One session of a viewer, which reports its changes. */
export interface ViewerSession {
  /** Its channel is open. */
  opened(path: SelectedPath | undefined): void;
  /** Its network path changed. */
  pathChanged(path: SelectedPath): void;
  /** It ended. */
  ended(end: SessionEnd): void;
}

interface Viewer {
  readonly shareId: string;
  readonly id: string;
  readonly sessions: Map<ViewerSession, ClaimOptions>;
  readonly meter: RateMeter;
  joined: boolean;
  /** The kind of path that was reported last. */
  pathKind: SelectedPath["kind"] | undefined;
  /** Bytes delivered by sessions that have ended. */
  pastBytes: number;
}

/**
 * The viewers of all shares. A viewer has one or more sessions; limits count viewers per share, and sessions per viewer. A viewer has joined when its first
 * channel is open, and left when its last session ended; if all sessions ended before a channel opened, the viewer failed.
 */
export class Viewers {
  readonly #limits: DaemonLimits;
  readonly #onEvent: (event: DaemonEvent) => void;
  readonly #failed: FailedViewers;
  readonly #viewers = new Map<string, Viewer>();
  readonly #dropped = new Set<string>();
  #ticking: NodeJS.Timeout | undefined;

  constructor(limits: DaemonLimits, onEvent: (event: DaemonEvent) => void) {
    this.#limits = limits;
    this.#onEvent = onEvent;
    this.#failed = new FailedViewers(onEvent);
  }

  /** A session ended that was refused, or never belonged to a viewer. It is not reported if the viewer has another session. */
  failed(shareId: string, id: string | undefined, end: SessionEnd): void {
    if (id !== undefined && this.#viewers.has(`${shareId}/${id}`)) return;
    this.#failed.failed(shareId, id, end);
  }

  /** Reports failures that are not reported yet. */
  close(): void {
    this.#failed.close();
  }

  /** Refuses further sessions of a viewer. */
  drop(shareId: string, id: string): void {
    this.#dropped.add(`${shareId}/${id}`);
    const [oldest] = this.#dropped;
    if (this.#dropped.size > MAX_DROPPED && oldest !== undefined) this.#dropped.delete(oldest);
  }

  /**
   * Adds a session of a viewer.
   * @throws {SessionError} `refused`: the share has too many viewers, or the viewer too many sessions; `dropped`
   */
  claim(shareId: string, id: string, options: ClaimOptions): ViewerSession {
    const key = `${shareId}/${id}`;
    if (this.#dropped.has(key)) throw new SessionError("dropped", "the host disconnected this viewer");
    const viewer = this.#viewers.get(key) ?? createViewer(shareId, id);
    if (viewer.sessions.size >= this.#limits.lanesPerViewer)
      throw new SessionError("refused", `a viewer has ${viewer.sessions.size} sessions already`);
    const most = Math.min(this.#limits.viewersPerShare, options.maxViewers ?? Infinity);
    if (viewer.sessions.size === 0 && this.#countOf(shareId) >= most) {
      throw new SessionError("refused", `the share has ${most === 1 ? "a viewer" : `${most} viewers`} already`);
    }
    const session: ViewerSession = {
      opened: (path) => this.#opened(viewer, path),
      pathChanged: (path) => this.#pathChanged(viewer, path),
      ended: (end) => this.#ended(key, viewer, session, end),
    };
    viewer.sessions.set(session, options);
    this.#viewers.set(key, viewer);
    return session;
  }

  #countOf(shareId: string): number {
    return [...this.#viewers.values()].filter((viewer) => viewer.shareId === shareId).length;
  }

  #opened(viewer: Viewer, path: SelectedPath | undefined): void {
    if (viewer.joined) return path && this.#pathChanged(viewer, path);
    viewer.joined = true;
    viewer.pathKind = path?.kind;
    const { shareId, id } = viewer;
    this.#onEvent({ type: "viewer-joined", shareId, viewer: id, ...(path === undefined ? {} : { path }) });
    this.#ticking ??= setInterval(() => this.#tick(), PROGRESS_INTERVAL_MS);
  }

  #pathChanged(viewer: Viewer, path: SelectedPath): void {
    if (!viewer.joined || viewer.pathKind === path.kind) return;
    viewer.pathKind = path.kind;
    this.#onEvent({ type: "viewer-path", shareId: viewer.shareId, viewer: viewer.id, path });
  }

  #ended(key: string, viewer: Viewer, session: ViewerSession, end: SessionEnd): void {
    viewer.pastBytes += viewer.sessions.get(session)?.deliveredBytes() ?? 0;
    viewer.sessions.delete(session);
    if (viewer.sessions.size > 0) return;
    this.#viewers.delete(key);
    if (![...this.#viewers.values()].some(({ joined }) => joined)) {
      clearInterval(this.#ticking);
      this.#ticking = undefined;
    }
    const { shareId, id, pastBytes } = viewer;
    if (!viewer.joined) return this.#failed.failed(shareId, id, end);
    return this.#onEvent({ type: "viewer-left", shareId, viewer: id, bytes: pastBytes, reason: end.reason, message: end.message });
  }

  #tick(): void {
    for (const { shareId, id, sessions, meter, joined, pastBytes } of this.#viewers.values()) {
      if (!joined) continue;
      const bytes = [...sessions.values()].reduce((sum, { deliveredBytes }) => sum + deliveredBytes(), pastBytes);
      const reading = [...sessions.values()].map((session) => session.reading?.()).findLast((path) => path !== undefined);
      this.#onEvent({
        type: "progress",
        shareId,
        viewer: id,
        bytes,
        bytesPerSecond: meter.sample(bytes, performance.now()),
        lanes: sessions.size,
        ...(reading === undefined ? {} : { reading }),
      });
    }
  }
}

function createViewer(shareId: string, id: string): Viewer {
  return { shareId, id, sessions: new Map(), meter: new RateMeter(RATE_SPAN_MS), joined: false, pathKind: undefined, pastBytes: 0 };
}
