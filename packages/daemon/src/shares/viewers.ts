import { RateMeter } from "@rangecast/base";
import type { SelectedPath } from "@rangecast/rtc";
import { SessionError } from "../daemon-error.ts";
import type { DaemonEvent } from "./daemon-event.ts";
import type { DaemonLimits } from "./daemon-limits.ts";
import { FailedViewers } from "./failed-viewers.ts";
import { PROGRESS_INTERVAL_MS, RATE_SPAN_MS } from "../session/progress.ts";
import type { SessionEnd } from "../session/session-end.ts";

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
  /** Its sessions, each with the function that returns its delivered bytes. */
  readonly sessions: Map<ViewerSession, () => number>;
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

  /**
   * Adds a session of a viewer.
   * @param deliveredBytes called while the session lives, and once when it has ended
   * @throws {SessionError} `refused`: the share has too many viewers, or the viewer too many sessions
   */
  claim(shareId: string, id: string, deliveredBytes: () => number): ViewerSession {
    const key = `${shareId}/${id}`;
    const viewer = this.#viewers.get(key) ?? createViewer(shareId, id);
    if (viewer.sessions.size >= this.#limits.lanesPerViewer)
      throw new SessionError("refused", `a viewer has ${viewer.sessions.size} sessions already`);
    if (viewer.sessions.size === 0 && this.#countOf(shareId) >= this.#limits.viewersPerShare) {
      throw new SessionError("refused", `the share has ${this.#limits.viewersPerShare} viewers already`);
    }
    const session: ViewerSession = {
      opened: (path) => this.#opened(viewer, path),
      pathChanged: (path) => this.#pathChanged(viewer, path),
      ended: (end) => this.#ended(key, viewer, session, end),
    };
    viewer.sessions.set(session, deliveredBytes);
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
    viewer.pastBytes += viewer.sessions.get(session)?.() ?? 0;
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
      const bytes = [...sessions.values()].reduce((sum, delivered) => sum + delivered(), pastBytes);
      this.#onEvent({
        type: "progress",
        shareId,
        viewer: id,
        bytes,
        bytesPerSecond: meter.sample(bytes, performance.now()),
        lanes: sessions.size,
      });
    }
  }
}

function createViewer(shareId: string, id: string): Viewer {
  return { shareId, id, sessions: new Map(), meter: new RateMeter(RATE_SPAN_MS), joined: false, pathKind: undefined, pastBytes: 0 };
}
