export type CandidateKind = "host" | "srflx" | "prflx" | "relay";

/**
 * From where an address can be reached: `public` from everywhere; `private` from its own network, or from behind the same carrier-grade NAT (RFC 1918,
 * 6598, 4193, 3927, 4291); `loopback` from its own machine. `mdns` is a name with which browsers hide a local address (RFC 8828), `name` any other name.
 */
export type AddressScope = "public" | "private" | "loopback" | "mdns" | "name";

/** The fields of a candidate line (RFC 8839, 5.1) that help to explain why no connection was established. */
export interface CandidateFacts {
  readonly kind: CandidateKind;
  readonly protocol: "udp" | "tcp";
  readonly address: string;
  readonly port: number;
  /** Undefined for a name. */
  readonly family: 4 | 6 | undefined;
  readonly scope: AddressScope;
}

/** Longest line that is parsed, characters, since it is a stranger's text. Real ones are under 300. */
const MAX_LINE_CHARACTERS = 1024;
const MAX_PORT = 65_535;
/** foundation component transport priority address port typ type */
const LINE = /^(?:a=)?candidate:\S+ \d+ (udp|tcp|ssltcp) \d+ (\S+) (\d{1,5}) typ (host|srflx|prflx|relay)(?: |$)/iu;
const V4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/u;
const MAPPED_V4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/iu;
const V6 = /^[\da-f:.]*:[\da-f:.]*$/iu;

/** Parses one line, with or without `a=`. Returns undefined for other text, and for the empty candidate that marks the end. */
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
    // Carrier-grade NAT.
    (first === 100 && second >= 64 && second < 128);
  return local ? "private" : "public";
}

function v6Scope(address: string): AddressScope {
  if (address === "::1") return "loopback";
  // fc00::/7 and fe80::/10
  return /^(?:f[cd][\da-f]{2}|fe[89ab][\da-f]):/u.test(address) ? "private" : "public";
}
