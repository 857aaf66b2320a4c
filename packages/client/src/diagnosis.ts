/* What is known of the search for a path, so that whoever shows its failure can say what may be the matter. Nothing in it is an address. */
import type { CandidateInit, IceServer } from "@rangecast/rtc";

/** The candidates that one side offered: how many of each kind, and of each transport. */
export interface CandidateSummary {
  /** Addresses of its own machine; `mdns` of them hide behind a `.local` name. */
  readonly host: number;
  readonly mdns: number;
  /** Addresses that a STUN server saw. */
  readonly srflx: number;
  readonly prflx: number;
  /** Places on a TURN server. */
  readonly relay: number;
  readonly udp: number;
  readonly tcp: number;
}

export interface ConnectDiagnosis {
  readonly local: CandidateSummary;
  /** The host's: those of its answer, and those that came after it. */
  readonly remote: CandidateSummary;
  /** How many URLs of STUN and of TURN servers this side was given. */
  readonly iceServers: { readonly stun: number; readonly turn: number };
  /** Whether the connection ever left `new`: if not, the two never had a pair of candidates to try. */
  readonly tried: boolean;
  /** Whether a path was found: if so, it was lost again, or what runs on it failed. */
  readonly connected: boolean;
}

const KINDS = ["host", "srflx", "prflx", "relay"] as const;

/** `candidate:` of RFC 8839, 5.1, as far as it is looked at: transport, address, kind. */
const CANDIDATE = /candidate:\S+ \d+ (\S+) \d+ (\S+) \d+ typ (\S+)/iu;

/** So many are counted; a host that sends more wants to fill memory. */
const MAX_COUNTED = 256;

/** Counts the candidates of one side. */
export class CandidateTally {
  readonly #seen = new Set<string>();

  /** A candidate as it is signalled. */
  add({ candidate = "" }: CandidateInit): void {
    const found = CANDIDATE.exec(candidate);
    if (found !== null && this.#seen.size < MAX_COUNTED) this.#seen.add(found[0]);
  }

  /** All that stand in a description. */
  addSdp(sdp: string): void {
    for (const line of sdp.split(/\r?\n/u)) if (line.startsWith("a=candidate:")) this.add({ candidate: line.slice("a=".length) });
  }

  get summary(): CandidateSummary {
    const counts = { host: 0, mdns: 0, srflx: 0, prflx: 0, relay: 0, udp: 0, tcp: 0 };
    for (const line of this.#seen) {
      const [, transport = "", address = "", type = ""] = CANDIDATE.exec(line) ?? [];
      const kind = KINDS.find((known) => known === type.toLowerCase());
      if (kind !== undefined) counts[kind] += 1;
      if (address.toLowerCase().endsWith(".local")) counts.mdns += 1;
      if (transport.toLowerCase() === "udp") counts.udp += 1;
      else if (transport.toLowerCase() === "tcp") counts.tcp += 1;
    }
    return counts;
  }
}

/** How many URLs of each kind of server there are. */
export function countServers(servers: readonly IceServer[]): ConnectDiagnosis["iceServers"] {
  const urls = servers.flatMap((server) => server.urls);
  const count = (scheme: RegExp): number => urls.filter((url) => scheme.test(url)).length;
  return { stun: count(/^stuns?:/iu), turn: count(/^turns?:/iu) };
}
