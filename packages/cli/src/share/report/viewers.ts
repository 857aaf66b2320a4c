/** The current viewers as a pure value: each event leads to the next state. */
import type { LinkEnd } from "@rangecast/daemon";
import type { ProgressEvent, ShareEvent } from "./share-event.ts";

/** A viewer's last progress. */
export type ViewerRow = Omit<ProgressEvent, "event">;

export interface Viewers {
  /** In the order in which they joined. */
  readonly rows: readonly ViewerRow[];
  readonly relayOnline: boolean;
  readonly stopping: boolean;
  /** What is said of a link that no longer works. */
  readonly ended?: string;
}

/** By the reason for which a link no longer works. */
export const LINK_ENDED: Readonly<Record<LinkEnd, string>> = {
  expired: "The link has expired.",
  "used-up": "The link is used up: all its downloads are taken.",
  revoked: "The link was taken back.",
};

export const NO_VIEWERS: Viewers = { rows: [], relayOnline: true, stopping: false };

export function nextViewers(state: Viewers, event: ShareEvent): Viewers {
  switch (event.event) {
    case "viewer-joined":
      return { ...state, rows: [...without(state, event.viewer), { viewer: event.viewer, bytes: 0, rate: 0, path: event.path }] };
    case "progress":
      return { ...state, rows: state.rows.map((row) => (row.viewer === event.viewer ? event : row)) };
    case "viewer-left":
      return { ...state, rows: without(state, event.viewer) };
    case "relay-online":
    case "relay-offline":
      return { ...state, relayOnline: event.event === "relay-online" };
    case "stopping":
      return { ...state, stopping: true };
    case "link-ended":
      return { ...state, ended: LINK_ENDED[event.reason] };
    case "ready":
    case "trouble":
    case "tunnel-offline":
    case "tunnel-online":
    case "error":
    case "viewer-failed":
    case "download-taken":
    case "stopped":
      return state;
  }
}

function without({ rows }: Viewers, viewer: number): ViewerRow[] {
  return rows.filter((row) => row.viewer !== viewer);
}
