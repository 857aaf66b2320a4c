import { RateMeter } from "@rangecast/base";
import type { SelectedPath } from "@rangecast/rtc";
import { SessionError } from "../daemon-error.ts";
import type { DaemonEvent } from "./daemon-event.ts";
import type { DaemonLimits } from "./daemon-limits.ts";
import { FailedViewers } from "./failed-viewers.ts";
import { PROGRESS_INTERVAL_MS, RATE_SPAN_MS } from "../session/progress.ts";
import type { SessionEnd } from "../session/session-end.ts";

/** One session of a viewer, as it is counted. */
export interface Lane {
  /** Its channel is open. */
  opened(path: SelectedPath | undefined): void;
  /** Its bytes take another way. */
  moved(path: SelectedPath): void;
  /** It is over. */
  ended(end: SessionEnd): void;
}

interface Viewer {
  readonly shareId: string;
  readonly id: string;
  /** Its sessions: how many bytes each has delivered so far. */
  readonly lanes: Map<Lane, () => number>;
  readonly meter: RateMeter;
  joined: boolean;
  /** As told last. */
  pathKind: SelectedPath["kind"] | undefined;
  /** Delivered over lanes that are over. */
  pastBytes: number;
}

/**
 * Who is watching. A viewer holds one or more sessions (lanes) of a share; caps count viewers, and lanes a viewer (protocol 3). It has joined
 * when its first channel is open, and left when its last session is over; one whose sessions all ended before a channel opened has failed.
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

  /** A session that was no viewer's yet, or was refused, is over. One more lane that a viewer can't have is no news: it watches. */
  failed(shareId: string, id: string | undefined, end: SessionEnd): void {
    if (id !== undefined && this.#viewers.has(`${shareId}/${id}`)) return;
    this.#failed.failed(shareId, id, end);
  }

  /** Tells what is still untold. */
  close(): void {
    this.#failed.close();
  }

  /**
   * Takes up one more session of a viewer.
   * @param deliveredBytes asked while the session lives, and once when it is over
   * @throws {SessionError} `refused`: the share has its viewers, or the viewer its lanes
   */
  claim(shareId: string, id: string, deliveredBytes: () => number): Lane {
    const key = `${shareId}/${id}`;
    const viewer = this.#viewers.get(key) ?? createViewer(shareId, id);
    if (viewer.lanes.size >= this.#limits.lanesPerViewer)
      throw new SessionError("refused", `a viewer has ${viewer.lanes.size} sessions already`);
    if (viewer.lanes.size === 0 && this.#countOf(shareId) >= this.#limits.viewersPerShare) {
      throw new SessionError("refused", `the share has ${this.#limits.viewersPerShare} viewers already`);
    }
    const lane: Lane = {
      opened: (path) => this.#opened(viewer, path),
      moved: (path) => this.#moved(viewer, path),
      ended: (end) => this.#ended(key, viewer, lane, end),
    };
    viewer.lanes.set(lane, deliveredBytes);
    this.#viewers.set(key, viewer);
    return lane;
  }

  #countOf(shareId: string): number {
    return [...this.#viewers.values()].filter((viewer) => viewer.shareId === shareId).length;
  }

  #opened(viewer: Viewer, path: SelectedPath | undefined): void {
    if (viewer.joined) return path && this.#moved(viewer, path);
    viewer.joined = true;
    viewer.pathKind = path?.kind;
    const { shareId, id } = viewer;
    this.#onEvent({ type: "viewer-joined", shareId, viewer: id, ...(path === undefined ? {} : { path }) });
    this.#ticking ??= setInterval(() => this.#tick(), PROGRESS_INTERVAL_MS);
  }

  #moved(viewer: Viewer, path: SelectedPath): void {
    if (!viewer.joined || viewer.pathKind === path.kind) return;
    viewer.pathKind = path.kind;
    this.#onEvent({ type: "viewer-path", shareId: viewer.shareId, viewer: viewer.id, path });
  }

  #ended(key: string, viewer: Viewer, lane: Lane, end: SessionEnd): void {
    viewer.pastBytes += viewer.lanes.get(lane)?.() ?? 0;
    viewer.lanes.delete(lane);
    if (viewer.lanes.size > 0) return;
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
    for (const { shareId, id, lanes, meter, joined, pastBytes } of this.#viewers.values()) {
      if (!joined) continue;
      const bytes = [...lanes.values()].reduce((sum, delivered) => sum + delivered(), pastBytes);
      this.#onEvent({
        type: "progress",
        shareId,
        viewer: id,
        bytes,
        bytesPerSecond: meter.sample(bytes, performance.now()),
        lanes: lanes.size,
      });
    }
  }
}

function createViewer(shareId: string, id: string): Viewer {
  return { shareId, id, lanes: new Map(), meter: new RateMeter(RATE_SPAN_MS), joined: false, pathKind: undefined, pastBytes: 0 };
}
