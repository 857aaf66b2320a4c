import type { Connection } from "../state/connection.ts";
import type { PageState } from "../state/page-state.ts";
import type { RelayVerdict } from "./probe-relay.ts";

/** Longest that a probe may take, milliseconds: its events take 800. A proxy that holds them back for longer than this is not told from a slow one. */
const PROBE_LIMIT_MS = 15_000;
/** Shortest time between two probes, milliseconds: each takes one of the address's places at the relay. */
const PROBE_INTERVAL_MS = 60_000;

export interface RelayWatchOptions {
  readonly probe: (signal: AbortSignal) => Promise<RelayVerdict>;
  readonly onVerdict: (verdict: RelayVerdict) => void;
}

/**
 * Probes the relay when connecting takes long, or fails without a word from the sender.
 * @returns to be called whenever the page's state changed
 */
export function createRelayWatch({ probe, onVerdict }: RelayWatchOptions): (state: PageState) => void {
  let probedAtMs = Number.NEGATIVE_INFINITY;
  const look = async (): Promise<void> => {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), PROBE_LIMIT_MS);
    try {
      onVerdict(await probe(stop.signal));
    } finally {
      clearTimeout(timer);
    }
  };
  return ({ connection }) => {
    if (!isStuck(connection) || performance.now() - probedAtMs < PROBE_INTERVAL_MS) return;
    probedAtMs = performance.now();
    look().catch(() => onVerdict("unknown"));
  };
}

/** Whether what an event stream would have brought may be what is missing. */
export function isStuck(connection: Connection): boolean {
  if (connection.phase === "connecting") return connection.slow;
  return connection.phase === "waiting" && (connection.reason === "no-connection" || connection.reason === "relay-unreachable");
}
