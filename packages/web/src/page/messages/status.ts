/* The status line in the ordinary course of things. Problems have their texts in problems.ts, which is loaded after the first paint. */
import type { Connection } from "../state/connection.ts";
import type { PageState } from "../state/page-state.ts";
import { formatMs } from "../view/format.ts";

export type Tone = "busy" | "good" | "warn" | "bad";
export type StatusAction = "retry" | "reload";

export interface StatusLine {
  readonly tone: Tone;
  readonly title: string;
  readonly text?: string;
  /** Changes often, so screen readers don't announce it. */
  readonly detail?: string;
  /** What the viewer can do, one step each. */
  readonly hints?: readonly string[];
  readonly action?: StatusAction;
}

export type StatusInput = Pick<PageState, "connection" | "worker" | "relayVerdict">;

const CONNECTING: StatusLine = { tone: "busy", title: "Connecting to the sender…" };
const WORKER_STARTING: StatusLine = { tone: "busy", title: "Connected", text: "Preparing this browser to play and save the file…" };

/** Undefined if there is a problem to explain. */
export function ordinaryStatus({ connection, worker }: StatusInput): StatusLine | undefined {
  if (worker.phase === "blocked" || worker.phase === "outdated" || worker.phase === "silent") return undefined;
  switch (connection.phase) {
    case "starting":
    case "no-share":
      return CONNECTING;
    case "connecting":
      return connection.slow ? undefined : CONNECTING;
    case "connected":
      if (worker.phase === "busy") return undefined;
      return worker.phase === "starting" ? WORKER_STARTING : connectedStatus(connection);
    default:
      return undefined;
  }
}

function connectedStatus({ path }: Connection & { phase: "connected" }): StatusLine {
  const detail = path?.rttMs === undefined ? {} : { detail: `${formatMs(path.rttMs)} away` };
  if (path?.kind === "relayed") {
    const text = "No direct path exists, so the file comes through a relay server, encrypted.";
    return { tone: "good", title: "Connected through a relay", text, ...detail };
  }
  return { tone: "good", title: path ? "Connected directly" : "Connected", ...detail };
}
