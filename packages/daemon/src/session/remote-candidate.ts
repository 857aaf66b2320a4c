import { isIP } from "node:net";
import { type CandidateInit, rewriteCandidate } from "@rangecast/rtc";

/** Longest candidate line that is looked at, characters. Real ones are under 300. */
const MAX_CANDIDATE_CHARACTERS = 1024;

/** Why a candidate of the browser is skipped (protocol 1.1): each is counted, none ends the session. */
export type CandidateFault = "malformed" | "host-name" | "other-transport" | "other-component" | "over-cap" | "refused";

/**
 * Checks that a candidate is of use to us: UDP, of the one component there is, and a plain IP address. Host names are not looked up, mDNS `.local`
 * names neither: the browser then shows up as a peer-reflexive candidate, and a stranger can't make this machine ask its resolver.
 * @returns the candidate as it goes to the peer connection, with the fields that we know; the fault for which it is skipped, or undefined for the empty one that
 * only says "no more"
 */
export function checkCandidate(candidate: CandidateInit): CandidateInit | CandidateFault | undefined {
  const text = candidate.candidate ?? "";
  if (text === "") return undefined;
  if (text.length > MAX_CANDIDATE_CHARACTERS) return "malformed";
  const [foundation = "", component, transport = "", priority = "", address = "", port = "", typ, type = ""] = text.split(" ");
  if (!/^(?:a=)?candidate:[\w+/]+$/u.test(foundation) || typ !== "typ" || type === "") return "malformed";
  if (!/^\d{1,10}$/u.test(priority) || !/^\d{1,5}$/u.test(port) || Number(port) > 65_535) return "malformed";
  if (transport.toLowerCase() !== "udp") return "other-transport";
  if (component !== "1") return "other-component";
  if (isIP(address) === 0) return "host-name";
  const known = rewriteCandidate(text);
  if (known === undefined) return "malformed";
  // There is one media line; a candidate that names none means it.
  const named = typeof candidate.sdpMid === "string" || typeof candidate.sdpMLineIndex === "number";
  return { ...candidate, candidate: known, ...(named ? {} : { sdpMLineIndex: 0 }) };
}
