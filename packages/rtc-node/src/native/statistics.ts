import type { StatsReport } from "@rangecast/rtc";
import type { PeerConnection, SelectedCandidateInfo } from "node-datachannel";

const MS_PER_SECOND = 1_000;

/** The W3C names of the library's candidate types (webrtc-stats, 7.8). */
const CANDIDATE_TYPES: Readonly<Record<string, string>> = {
  host: "host",
  srflx: "srflx",
  prflx: "prflx",
  relay: "relay",
};

/** An RTCStatsReport with the selected candidate pair: the values that `selectedPath` of `@rangecast/rtc` reads, and addresses. Empty before one is selected. */
export function statistics(native: PeerConnection): StatsReport {
  const report = new Map<string, Record<string, unknown>>();
  const pair = native.getSelectedCandidatePair();
  if (pair === null) return report;
  const rttMs = native.rtt();
  report.set("transport", { id: "transport", type: "transport", selectedCandidatePairId: "pair" });
  report.set("pair", {
    id: "pair",
    type: "candidate-pair",
    state: "succeeded",
    nominated: true,
    localCandidateId: "local",
    remoteCandidateId: "remote",
    bytesSent: native.bytesSent(),
    bytesReceived: native.bytesReceived(),
    // The library returns 0 until data was sent both ways.
    ...(rttMs > 0 ? { currentRoundTripTime: rttMs / MS_PER_SECOND } : {}),
  });
  report.set("local", candidate("local", pair.local));
  report.set("remote", candidate("remote", pair.remote));
  return report;
}

function candidate(side: "local" | "remote", info: SelectedCandidateInfo): Record<string, unknown> {
  return {
    id: side,
    type: `${side}-candidate`,
    candidateType: CANDIDATE_TYPES[info.type] ?? info.type,
    protocol: info.transportType.toLowerCase().startsWith("tcp") ? "tcp" : "udp",
    address: info.address,
    port: info.port,
  };
}
