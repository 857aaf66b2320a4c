import { withDeadline } from "@rangecast/base";
import type { Connection } from "../state/connection.ts";
import type { PageState } from "../state/page-state.ts";
import type { RelayVerdict } from "./probe-relay.ts";

/** Longest time for a probe, milliseconds. Its events take 800. */
const PROBE_LIMIT_MS = 15_000;
/** Shortest time between two probes, milliseconds. Each takes one of the event streams that the relay allows per IP address. */
const PROBE_INTERVAL_MS = 60_000;

export interface RelayWatchOptions {
  readonly probe: (signal: AbortSignal) => Promise<RelayVerdict>;
  readonly onVerdict: (verdict: RelayVerdict) => void;
}

/**
 * Probes the relay when connecting takes long, or fails without an answer from the host.
 * @returns a function to call whenever the page's state has changed
 */
export function createRelayWatch({ probe, onVerdict }: RelayWatchOptions): (state: PageState) => void {
  let probedAtMs = Number.NEGATIVE_INFINITY;
  return ({ connection }) => {
    if (!isStuck(connection) || performance.now() - probedAtMs < PROBE_INTERVAL_MS) return;
    probedAtMs = performance.now();
    withDeadline(PROBE_LIMIT_MS, undefined, () => new Error("the probe took too long"), probe).then(onVerdict, () => onVerdict("unknown"));
  };
}

/** Whether missing events from the relay could be the cause. */
export function isStuck(connection: Connection): boolean {
  if (connection.phase === "connecting") return connection.slow;
  return connection.phase === "waiting" && (connection.reason === "no-connection" || connection.reason === "relay-unreachable");
}
