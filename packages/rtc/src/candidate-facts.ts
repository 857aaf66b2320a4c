/*
 * What a candidate line says (RFC 8839 5.1), as much as tells why two sides find no way to each other. Nothing here decides what is used: stacks do.
 */

export type CandidateKind = "host" | "srflx" | "prflx" | "relay";

/**
 * How far an address reaches: `public` everywhere; `private` within its own network, which a carrier's NAT counts as (RFC 1918, 6598, 4193, 3927, 4291);
 * `loopback` on its own machine; `mdns` a name in the place of a local address, which browsers hide (RFC 8828); `name` any other name.
 */
export type AddressScope = "public" | "private" | "loopback" | "mdns" | "name";

export interface CandidateFacts {
  readonly kind: CandidateKind;
  readonly protocol: "udp" | "tcp";
  readonly address: string;
  readonly port: number;
  /** Undefined for a name. */
  readonly family: 4 | 6 | undefined;
  readonly scope: AddressScope;
}

/** Longest line that is looked at, characters: a stranger writes it. Real ones are under 300. */
const MAX_LINE_CHARACTERS = 1024;
const MAX_PORT = 65_535;
/** foundation component transport priority address port typ type */
const LINE = /^(?:a=)?candidate:\S+ \d+ (udp|tcp|ssltcp) \d+ (\S+) (\d{1,5}) typ (host|srflx|prflx|relay)(?: |$)/iu;
const V4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/u;
const MAPPED_V4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/iu;
const V6 = /^[\da-f:.]*:[\da-f:.]*$/iu;

/** Reads one line, with or without `a=`; undefined for what is none, and for the empty one that says "no more". */
export function readCandidateFacts(line: string): CandidateFacts | undefined {
  if (line.length > MAX_LINE_CHARACTERS) return undefined;
  const [, transport = "", address = "", digits = "", type = ""] = LINE.exec(line.trim()) ?? [];
  const port = Number(digits);
  if (address === "" || port > MAX_PORT) return undefined;
  return {
    kind: type.toLowerCase() as CandidateKind,
    protocol: transport.toLowerCase() === "udp" ? "udp" : "tcp",
    address,
    port,
    ...reachOf(address),
  };
}

/** The candidate lines of a session description. */
export function candidateLines(sdp: string): string[] {
  return sdp.split(/\r?\n/u).filter((line) => line.startsWith("a=candidate:"));
}

function reachOf(address: string): Pick<CandidateFacts, "family" | "scope"> {
  const v4 =
    V4.exec(address)?.slice(1).map(Number) ??
    V4.exec(MAPPED_V4.exec(address)?.[1] ?? "")
      ?.slice(1)
      .map(Number);
  if (v4 !== undefined) return { family: 4, scope: v4Scope(v4) };
  if (V6.test(address)) return { family: 6, scope: v6Scope(address.toLowerCase()) };
  return { family: undefined, scope: address.toLowerCase().endsWith(".local") ? "mdns" : "name" };
}

function v4Scope([first = 0, second = 0]: readonly number[]): AddressScope {
  if (first === 127) return "loopback";
  const local =
    first === 10 ||
    (first === 172 && second >= 16 && second < 32) ||
    (first === 192 && second === 168) ||
    (first === 169 && second === 254) ||
    // A carrier's NAT.
    (first === 100 && second >= 64 && second < 128);
  return local ? "private" : "public";
}

function v6Scope(address: string): AddressScope {
  if (address === "::1") return "loopback";
  // fc00::/7 and fe80::/10
  return /^(?:f[cd][\da-f]{2}|fe[89ab][\da-f]):/u.test(address) ? "private" : "public";
}
