import type { StatsReport } from "@rangecast/rtc";

import type { PathEnd, SelectedPair } from "../ice-agent/ice-agent.ts";
import type { PacketPath } from "./packet-path.ts";

const MS_PER_SECOND = 1_000;

/** An RTCStatsReport: the selected candidate pair, as `selectedPath` of `@rangecast/rtc` reads it, addresses, and what SCTP knows of the path. Empty without a path. */
export function ownStatistics(pair: SelectedPair | undefined, path: PacketPath | undefined): StatsReport {
  const report = new Map<string, Record<string, unknown>>();
  if (pair === undefined) return report;
  report.set("transport", { id: "transport", type: "transport", selectedCandidatePairId: "pair" });
  report.set("pair", {
    id: "pair",
    type: "candidate-pair",
    state: "succeeded",
    nominated: true,
    localCandidateId: "local",
    remoteCandidateId: "remote",
    bytesSent: path?.bytesSent ?? 0,
    bytesReceived: path?.bytesReceived ?? 0,
    currentRoundTripTime: pair.rttMs / MS_PER_SECOND,
  });
  report.set("local", candidate("local", pair.local));
  report.set("remote", candidate("remote", pair.remote));
  if (path !== undefined) report.set("sctp", { id: "sctp", type: "sctp-transport", ...path.channels.association.stats });
  return report;
}

function candidate(side: "local" | "remote", { type, address, port, relayProtocol }: PathEnd): Record<string, unknown> {
  return {
    id: side,
    type: `${side}-candidate`,
    candidateType: type,
    protocol: "udp",
    address,
    port,
    ...(relayProtocol === undefined ? {} : { relayProtocol }),
  };
}
