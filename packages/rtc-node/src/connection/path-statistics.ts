import type { StatsReport } from "@rangecast/rtc";

const MS_PER_SECOND = 1_000;

/** An end of the selected path, with the W3C names of its type and protocol (webrtc-stats, 7.8). */
export interface PathEndStatistics {
  readonly candidateType: string;
  readonly protocol: "udp" | "tcp";
  readonly address: string;
  readonly port: number;
  readonly relayProtocol?: "udp" | "tcp" | "tls";
}

export interface PathStatistics {
  readonly local: PathEndStatistics;
  readonly remote: PathEndStatistics;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** NaN: not known. */
  readonly rttMs: number;
}

/** An RTCStatsReport with the selected candidate pair: the values that `selectedPath` of `@rangecast/rtc` reads, and addresses. */
export function pathStatistics({
  local,
  remote,
  bytesSent,
  bytesReceived,
  rttMs,
}: PathStatistics): StatsReport & Map<string, Record<string, unknown>> {
  return new Map<string, Record<string, unknown>>([
    ["transport", { id: "transport", type: "transport", selectedCandidatePairId: "pair" }],
    [
      "pair",
      {
        id: "pair",
        type: "candidate-pair",
        state: "succeeded",
        nominated: true,
        localCandidateId: "local",
        remoteCandidateId: "remote",
        bytesSent,
        bytesReceived,
        ...(Number.isNaN(rttMs) ? {} : { currentRoundTripTime: rttMs / MS_PER_SECOND }),
      },
    ],
    ["local", { id: "local", type: "local-candidate", ...local }],
    ["remote", { id: "remote", type: "remote-candidate", ...remote }],
  ]);
}
