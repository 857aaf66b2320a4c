import type { StatsReport } from "@rangecast/rtc";
import type { PeerConnection, SelectedCandidateInfo } from "node-datachannel";

import { type PathEndStatistics, pathStatistics } from "../connection/path-statistics.ts";

/** The W3C names of the library's candidate types (webrtc-stats, 7.8). */
const CANDIDATE_TYPES: Readonly<Record<string, string>> = {
  host: "host",
  srflx: "srflx",
  prflx: "prflx",
  relay: "relay",
};

/** See {@link pathStatistics}. Empty before a pair is selected. */
export function statistics(native: PeerConnection): StatsReport {
  const pair = native.getSelectedCandidatePair();
  if (pair === null) return new Map();
  const rttMs = native.rtt();
  return pathStatistics({
    local: endOf(pair.local),
    remote: endOf(pair.remote),
    bytesSent: native.bytesSent(),
    bytesReceived: native.bytesReceived(),
    // The library returns 0 until data was sent both ways.
    rttMs: rttMs > 0 ? rttMs : Number.NaN,
  });
}

function endOf({ type, transportType, address, port }: SelectedCandidateInfo): PathEndStatistics {
  return {
    candidateType: CANDIDATE_TYPES[type] ?? type,
    protocol: transportType.toLowerCase().startsWith("tcp") ? "tcp" : "udp",
    address,
    port,
  };
}
