import type { CandidateSummary, IceServerSummary } from "./candidate-summary.ts";

/**
 * Why no candidate pair connected, as far as the candidates of both sides show it. "Here" is this side, "there" the other:
 * - `nothing-here`, `nothing-there`: that side has no candidate
 * - `no-udp-there`: the other side has only TCP candidates, which can't be used
 * - `families-differ`: one side has only IPv4, the other only IPv6
 * - `relay-failed`: a side has a candidate on a TURN server, and that didn't connect either
 * - `udp-blocked-here`: the STUN server that reports our public address didn't answer
 * - `turn-silent`: a TURN server is known, but neither side got an address on it: it was not reached, or refused the credentials
 * - `private-only`: neither side has an address that can be reached from outside its network
 * - `private-here`, `private-there`: that side has none
 * - `blocked-between`: both sides have a public address, but packets between them are blocked: by NATs with a port per peer, or by firewalls
 */
export type NoConnectionReason =
  | "nothing-here"
  | "nothing-there"
  | "no-udp-there"
  | "families-differ"
  | "relay-failed"
  | "udp-blocked-here"
  | "turn-silent"
  | "private-only"
  | "private-here"
  | "private-there"
  | "blocked-between";

/**
 * What would help:
 * - `network-here`, `network-there`: check that side's network
 * - `stun`: configure a STUN server at the relay
 * - `turn`: configure a TURN server at the relay
 * - `turn-tcp`: configure one that accepts TCP too, for networks that block UDP
 * - `check-turn`: check whether the TURN server can be reached and its credentials are valid
 * - `udp-port`: open the host's UDP port
 * - `other-network`: try without a VPN, or from another network
 * - `mdns`: the browser hides its local addresses, so being in the same network is not enough
 */
export type NoConnectionAdvice =
  | "network-here"
  | "network-there"
  | "stun"
  | "turn"
  | "turn-tcp"
  | "check-turn"
  | "udp-port"
  | "other-network"
  | "mdns";

/** The data that explain a failed connection. They can be structured-cloned. */
export interface NoConnectionDiagnosis {
  /** This side's candidates. */
  readonly local: CandidateSummary;
  /** The other side's candidates. */
  readonly remote: CandidateSummary;
  /** This side's servers. */
  readonly iceServers: IceServerSummary;
}

export interface NoConnectionExplanation {
  readonly reason: NoConnectionReason;
  /** Most helpful first. Never empty. */
  readonly advice: readonly NoConnectionAdvice[];
}

/** The most likely reason and advice. One side alone can't know it for certain. */
export function explainNoConnection(
  local: CandidateSummary,
  remote: CandidateSummary,
  { iceServers }: Pick<NoConnectionDiagnosis, "iceServers">,
): NoConnectionExplanation {
  const reason = reasonOf(local, remote, iceServers);
  const hidden = local.mdns + remote.mdns > 0 && HELPED_BY_LOCAL_ADDRESSES.has(reason);
  const needed = ADVICE[reason].filter((advice) => advice !== "stun" || iceServers.stun + iceServers.turn === 0);
  return { reason, advice: [...needed, ...(hidden ? (["mdns"] as const) : [])] };
}

function reasonOf(local: CandidateSummary, remote: CandidateSummary, iceServers: IceServerSummary): NoConnectionReason {
  if (local.total === 0) return "nothing-here";
  if (remote.total === 0) return "nothing-there";
  if (remote.udp === 0) return "no-udp-there";
  if (local.relay + remote.relay > 0) return "relay-failed";
  if (iceServers.turn === 0 && familiesDiffer(local, remote)) return "families-differ";
  const [here, there] = [reachesOut(local), reachesOut(remote)];
  if (!here && iceServers.stun > 0) return "udp-blocked-here";
  if (iceServers.turn > 0) return "turn-silent";
  if (!here && !there) return "private-only";
  if (!here) return "private-here";
  return there ? "blocked-between" : "private-there";
}

function reachesOut({ srflx, prflx, relay, public: reaching }: CandidateSummary): boolean {
  return srflx + prflx + relay + reaching > 0;
}

/** A name may resolve to either family. */
function familiesDiffer(local: CandidateSummary, remote: CandidateSummary): boolean {
  const named = (side: CandidateSummary): boolean => side.total > side.ipv4 + side.ipv6;
  if (named(local) || named(remote)) return false;
  return (local.ipv4 === 0 && remote.ipv6 === 0) || (local.ipv6 === 0 && remote.ipv4 === 0);
}

const HELPED_BY_LOCAL_ADDRESSES: ReadonlySet<NoConnectionReason> = new Set(["private-only", "private-here", "private-there"]);

const ADVICE: Readonly<Record<NoConnectionReason, readonly NoConnectionAdvice[]>> = {
  "nothing-here": ["network-here"],
  "nothing-there": ["network-there"],
  "no-udp-there": ["turn-tcp", "other-network"],
  "families-differ": ["turn", "other-network"],
  "relay-failed": ["check-turn", "turn-tcp", "other-network"],
  "udp-blocked-here": ["turn-tcp", "other-network"],
  "turn-silent": ["check-turn", "turn-tcp", "other-network"],
  "private-only": ["stun", "turn", "other-network"],
  "private-here": ["stun", "turn", "other-network"],
  "private-there": ["turn", "network-there", "other-network"],
  "blocked-between": ["turn", "udp-port", "other-network"],
};
