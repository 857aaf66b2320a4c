import { isIPv6, SocketAddress } from "node:net";

import { remoteCandidate } from "../ice/remote-candidate.ts";
import { Candidate } from "./library.ts";

export type LocalCandidateType = "host" | "srflx" | "relay";

/** RFC 8445, 5.1.2.1. */
const TYPE_PREFERENCE = { host: 126, srflx: 100, relay: 0 } as const;
/** The relayed candidates of several transports: UDP is fastest. The numbers are those of browsers. */
export const RELAY_PREFERENCE = { udp: 2, tcp: 1, tls: 0 } as const;
const MAX_LOCAL_PREFERENCE = 65_535;
/** The only component (RFC 8839, 5.1). */
const COMPONENT = 1;

export interface LocalCandidateFacts {
  readonly type: LocalCandidateType;
  readonly address: string;
  readonly port: number;
  /** Candidates with the same type and base, from the same server, have the same one (RFC 8445, 5.1.1.3). */
  readonly foundation: string;
  /** Of the local address, from 0: lower ones are preferred. */
  readonly index: number;
  /** Added to the type's preference. @default 0 */
  readonly preference?: number;
  /** Ours, for checks from this candidate. */
  readonly ufrag: string;
}

export function makeCandidate({ type, address, port, foundation, index, preference = 0, ufrag }: LocalCandidateFacts): Candidate {
  const typePreference = TYPE_PREFERENCE[type] + preference;
  const priority = typePreference * 2 ** 24 + (MAX_LOCAL_PREFERENCE - index) * 2 ** 8 + (256 - COMPONENT);
  return new Candidate(foundation, COMPONENT, "udp", priority, address, port, type, undefined, undefined, undefined, 0, ufrag);
}

/** As in SDP (RFC 8839, 5.1). The related address is left out, as browsers do: nobody needs it. */
export function candidateLine({ foundation, priority, host, port, type }: Candidate): string {
  const related = type === "host" ? "" : " raddr 0.0.0.0 rport 0";
  return `candidate:${foundation} ${COMPONENT} udp ${priority} ${host} ${port} typ ${type}${related}`;
}

/** @throws {RtcNodeError} `bad-candidate`, `useless-candidate` */
export function parseRemoteCandidate(line: string): Candidate {
  const [foundation = "", , , priority, address = "", port, , type = ""] = remoteCandidate(line).replace("candidate:", "").split(" ");
  // The library accepts only types that can be signalled; what it calls prflx it finds by itself.
  const known = type === "prflx" ? "srflx" : type;
  return new Candidate(foundation, COMPONENT, "udp", Number(priority), canonicalAddress(address), Number(port), known);
}

/** As sockets report it. */
function canonicalAddress(address: string): string {
  return isIPv6(address) ? new SocketAddress({ address, family: "ipv6" }).address : address;
}

/** The priority of a pair (RFC 8445, 6.1.2.3), but for its last bit, which is the same on both sides without it. The library computes another number. */
export function pairPriority(one: number, other: number): bigint {
  const [low, high] = one < other ? [one, other] : [other, one];
  return BigInt(low) * 2n ** 32n + BigInt(high) * 2n;
}
