import type { CandidateSummary, IceServerSummary } from "./candidate-summary.ts";

/**
 * Why no pair of candidates connected, as far as what both sides offered tells it. "Here" is the side that asks, "there" the other:
 * - `nothing-here`, `nothing-there`: that side offered nothing at all
 * - `no-udp-there`: the other side offered TCP alone, which goes nowhere here
 * - `families-differ`: one side has IPv4 alone, the other IPv6 alone
 * - `relay-failed`: a TURN server was offered, and even that way did not work
 * - `udp-blocked-here`: a STUN server that should have told our outer address never answered
 * - `turn-silent`: a TURN server was named, and gave neither side an address: it was not reached, or refused the credentials
 * - `private-only`: neither side has an address that reaches beyond its own network
 * - `private-here`, `private-there`: that side has none
 * - `blocked-between`: both have an outer address, and something between them lets nothing through: NATs that give each peer another port, or firewalls
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
 * - `network-here`, `network-there`: look after that side's network
 * - `stun`: name a STUN server at the relay
 * - `turn`: name a TURN server at the relay
 * - `turn-tcp`: one that is reached over TCP too, for networks that block UDP
 * - `check-turn`: see whether the TURN server is reached and its credentials are good
 * - `udp-port`: open the host's UDP port
 * - `other-network`: try without VPN, or from another network
 * - `mdns`: the browser hides its local addresses, so being in one network does not help by itself
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

/** What a side knew when no connection came about. Plain data: it may cross to another thread. */
export interface NoConnectionDiagnosis {
  /** What this side offered. */
  readonly local: CandidateSummary;
  /** What the other side offered. */
  readonly remote: CandidateSummary;
  /** The servers that this side knew. */
  readonly iceServers: IceServerSummary;
}

export interface NoConnectionExplanation {
  readonly reason: NoConnectionReason;
  /** The most helpful first. Never empty. */
  readonly advice: readonly NoConnectionAdvice[];
}

/** Explains it. Pure and total: the likeliest cause is named, for nobody can be sure from one end. */
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

/** A name may stand for either family. */
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
