import type { StatsReport } from "@rangecast/rtc";

import { type PathEndStatistics, pathStatistics } from "../connection/path-statistics.ts";
import type { PathEnd, SelectedPair } from "../ice-agent/ice-agent.ts";
import type { PacketPath } from "./packet-path.ts";

/** See {@link pathStatistics}; also what SCTP knows of the path. Empty without a path. */
export function ownStatistics(pair: SelectedPair | undefined, path: PacketPath): StatsReport {
  if (pair === undefined) return new Map();
  const report = pathStatistics({
    local: endOf(pair.local),
    remote: endOf(pair.remote),
    bytesSent: path.bytesSent,
    bytesReceived: path.bytesReceived,
    rttMs: pair.rttMs,
  });
  report.set("sctp", { id: "sctp", type: "sctp-transport", ...path.channels.association.stats });
  return report;
}

function endOf({ type, ...rest }: PathEnd): PathEndStatistics {
  return { candidateType: type, protocol: "udp", ...rest };
}
