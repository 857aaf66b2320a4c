import { type CandidateFacts, readCandidateFacts } from "./candidate-facts.ts";
import type { IceServer } from "./peer-connection.ts";

/** The numbers of one side's candidates. It contains no address, so it can be displayed and logged. */
export interface CandidateSummary {
  readonly total: number;
  /** By kind: own addresses, those seen by a STUN server, those seen by the other side, those on a TURN server. */
  readonly host: number;
  readonly srflx: number;
  readonly prflx: number;
  readonly relay: number;
  /** By transport. */
  readonly udp: number;
  readonly tcp: number;
  /** By family; a name has none. */
  readonly ipv4: number;
  readonly ipv6: number;
  /** By {@link AddressScope}. */
  readonly public: number;
  readonly private: number;
  readonly mdns: number;
}

export const NO_CANDIDATES: CandidateSummary = {
  total: 0,
  host: 0,
  srflx: 0,
  prflx: 0,
  relay: 0,
  udp: 0,
  tcp: 0,
  ipv4: 0,
  ipv6: 0,
  public: 0,
  private: 0,
  mdns: 0,
};

/** Maximum number of candidates that are counted, since a stranger sends them. Machines with many interfaces have a few dozen. */
const MAX_COUNTED = 128;

/** Counts one side's candidates, each once: many arrive both in the description and as separate messages. */
export class CandidateTally {
  readonly #seen = new Set<string>();
  #summary: CandidateSummary = NO_CANDIDATES;

  get summary(): CandidateSummary {
    return this.#summary;
  }

  /** Counts a candidate line; other text is ignored. */
  add(line: string): void {
    const facts = readCandidateFacts(line);
    if (facts === undefined || this.#seen.size >= MAX_COUNTED) return;
    const { kind, protocol, address, port } = facts;
    const key = `${kind} ${protocol} ${address} ${port}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#summary = plus(this.#summary, facts);
  }
}

/** Summarizes candidate lines. */
export function summarizeCandidates(lines: Iterable<string>): CandidateSummary {
  const tally = new CandidateTally();
  for (const line of lines) tally.add(line);
  return tally.summary;
}

/** Number of STUN and TURN URLs that a side used. */
export interface IceServerSummary {
  readonly stun: number;
  readonly turn: number;
}

export function summarizeIceServers(servers: Iterable<Pick<IceServer, "urls">>): IceServerSummary {
  const urls = [...servers].flatMap((server) => server.urls);
  const turn = urls.filter((url) => /^turns?:/iu.test(url)).length;
  return { stun: urls.length - turn, turn };
}

function plus(sum: CandidateSummary, { kind, protocol, family, scope }: CandidateFacts): CandidateSummary {
  const version = family === 4 ? "ipv4" : family === 6 ? "ipv6" : undefined;
  const reach = scope === "public" || scope === "private" || scope === "mdns" ? scope : undefined;
  return {
    ...sum,
    total: sum.total + 1,
    [kind]: sum[kind] + 1,
    [protocol]: sum[protocol] + 1,
    ...(version === undefined ? {} : { [version]: sum[version] + 1 }),
    ...(reach === undefined ? {} : { [reach]: sum[reach] + 1 }),
  };
}
