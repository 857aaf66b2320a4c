import { BlockList, isIP } from "node:net";

import { RtcNodeError } from "../rtc-node-error.ts";

/** Longest candidate that is parsed, characters. Chromium's, with all extensions, are under 250. */
const MAX_CANDIDATE_CHARS = 512;
/** The only component of a data channel, named RTP (RFC 8839, 5.1). */
const COMPONENT = "1";
const MAX_PORT = 65_535;
/** A priority has 31 bits (RFC 8839, 5.1); old stacks use 32. */
const MAX_PRIORITY = 2 ** 32 - 1;

/** foundation component transport priority address port typ type */
const CANDIDATE =
  /^candidate:([\w+/.:-]{1,32}) (\d{1,5}) ([\w-]{1,16}) (\d{1,10}) ([\w.:-]{1,253}) (\d{1,5}) typ (host|srflx|prflx|relay)(?: [\x20-\x7e]*)?$/iu;

/** Addresses that can't be a peer's. */
const NOWHERE = new BlockList();
NOWHERE.addSubnet("0.0.0.0", 8, "ipv4");
NOWHERE.addSubnet("224.0.0.0", 3, "ipv4");
NOWHERE.addAddress("::", "ipv6");
NOWHERE.addSubnet("ff00::", 8, "ipv6");

/**
 * A remote's candidate, written again with only the fields that the stack needs, so that it never parses a stranger's text. Names are not resolved:
 * `.local` ones can't be, and for others a stranger could choose the DNS server that we query. The remote may still be found as peer-reflexive.
 *
 * @throws {RtcNodeError} `bad-candidate` for other text; `useless-candidate` for a candidate that this stack can't use: a name, a transport other than UDP,
 * another component, an address that can't be a peer's
 */
export function remoteCandidate(text: string): string {
  if (text.length > MAX_CANDIDATE_CHARS) throw new RtcNodeError("bad-candidate", `a candidate of ${text.length} characters`);
  const match = CANDIDATE.exec(text.replace(/^a=/u, "").trim());
  if (match === null) throw new RtcNodeError("bad-candidate", "the candidate is malformed");
  const [, foundation, component, transport = "", priority, address = "", port, type = ""] = match;
  if (Number(port) > MAX_PORT || Number(priority) > MAX_PRIORITY) {
    throw new RtcNodeError("bad-candidate", "the candidate's port or priority is out of range");
  }
  const fault = faultOf(component, transport, address, Number(port));
  if (fault !== undefined) throw new RtcNodeError("useless-candidate", `the candidate ${fault}`);
  return `candidate:${foundation} ${component} UDP ${priority} ${address} ${port} typ ${type.toLowerCase()}`;
}

function faultOf(component: string | undefined, transport: string, address: string, port: number): string | undefined {
  if (component !== COMPONENT) return "is for another component";
  if (transport.toLowerCase() !== "udp") return `is for ${transport.toLowerCase()}`;
  const family = isIP(address);
  if (family === 0) return "has a name for an address";
  if (port === 0 || NOWHERE.check(address, family === 4 ? "ipv4" : "ipv6")) return "has an address that can't be a peer's";
  return undefined;
}
