import type { StatsReport } from "./peer-connection.ts";

/** The network path of a connection. */
export interface SelectedPath {
  /** `relayed` when either end uses a TURN server. */
  readonly kind: "direct" | "relayed";
  /** Transport of the pair, such as `udp`. */
  readonly protocol?: string;
  /** Last measured round-trip time, milliseconds. */
  readonly rttMs?: number;
}

/**
 * Reads the selected candidate pair from an RTCStatsReport (W3C webrtc-stats). Undefined before a pair is selected.
 * @param relays `address:port` of the remote's candidates on TURN servers. The statistics report such a candidate as peer-reflexive if its connectivity
 * check arrived before the candidate
 */
export function selectedPath(report: StatsReport, relays: ReadonlySet<string> = new Set()): SelectedPath | undefined {
  const byId = new Map<string, Record<string, unknown>>();
  let selectedId: unknown;
  report.forEach((value) => {
    byId.set(String(value["id"]), value);
    if (value["type"] === "transport" && value["selectedCandidatePairId"]) selectedId = value["selectedCandidatePairId"];
  });
  const pair = byId.get(String(selectedId)) ?? nominatedPair(byId.values());
  if (pair === undefined) return undefined;
  const local = byId.get(String(pair["localCandidateId"]));
  const remote = byId.get(String(pair["remoteCandidateId"]));
  const named = relays.has(`${String(remote?.["address"])}:${String(remote?.["port"])}`);
  const relayed = local?.["candidateType"] === "relay" || remote?.["candidateType"] === "relay" || named;
  const protocol = local?.["protocol"];
  const seconds = pair["currentRoundTripTime"];
  return {
    kind: relayed ? "relayed" : "direct",
    ...(typeof protocol === "string" ? { protocol } : {}),
    ...(typeof seconds === "number" ? { rttMs: seconds * 1000 } : {}),
  };
}

function nominatedPair(values: Iterable<Record<string, unknown>>): Record<string, unknown> | undefined {
  for (const value of values) {
    if (
      value["type"] === "candidate-pair" &&
      value["state"] === "succeeded" &&
      (value["nominated"] === true || value["selected"] === true)
    ) {
      return value;
    }
  }
  return undefined;
}
