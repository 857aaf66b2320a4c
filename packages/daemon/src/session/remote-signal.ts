import { isIP } from "node:net";
import { type CandidateInit, rewriteCandidate } from "@rangecast/rtc";
import { parseCandidate, PayloadError, type SignalMessage } from "@rangecast/signal";
import type { SessionEvent } from "./session-state.ts";

/** Longest reason that is kept of a `bye`, characters: it is a stranger's text. */
const MAX_BYE_CHARACTERS = 200;

/** Longest candidate line that is parsed, characters. Real ones are under 300. */
const MAX_CANDIDATE_CHARACTERS = 1024;

/** Why a candidate of the browser is skipped and counted. */
export type CandidateFault = "malformed" | "host-name" | "other-transport" | "other-component" | "over-cap" | "refused";

export type RemoteSignal =
  | SessionEvent
  | { readonly type: "skipped-candidate"; readonly fault: CandidateFault; readonly candidate?: string };

/**
 * The session event of a signalling message. Undefined for messages that are ignored: those that are not from the browser, an `answer`, and
 * `candidate-end`, which is only a hint.
 */
export function readSignal(message: SignalMessage): RemoteSignal | undefined {
  if (message.from !== "browser") return undefined;
  switch (message.type) {
    case "offer":
      return { type: "offer", payload: message.payload };
    case "bye":
      return { type: "bye", reason: message.payload.slice(0, MAX_BYE_CHARACTERS) };
    case "candidate":
      return readCandidate(message.payload);
    case "answer":
    case "candidate-end":
      return undefined;
  }
}

function readCandidate(payload: string): RemoteSignal | undefined {
  let candidate: CandidateInit;
  try {
    candidate = parseCandidate(payload);
  } catch (error) {
    if (error instanceof PayloadError) return { type: "skipped-candidate", fault: "malformed" };
    throw error;
  }
  const checked = checkCandidate(candidate);
  if (checked === undefined) return undefined;
  if (typeof checked !== "string") return { type: "candidate", candidate: checked };
  return { type: "skipped-candidate", fault: checked, candidate: candidate.candidate ?? "" };
}

/**
 * Checks that this side can use a candidate: UDP, component 1, and an IP address. Names, mDNS `.local` ones too, are not resolved, so that a stranger can't
 * make this machine query its resolver; such a browser is then found as a peer-reflexive candidate.
 * @returns the candidate with the fields that we know; the fault for which it is skipped; undefined for the empty one, which marks the end of candidates
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
  // A candidate that names no media line means the only one.
  const named = typeof candidate.sdpMid === "string" || typeof candidate.sdpMLineIndex === "number";
  return { ...candidate, candidate: known, ...(named ? {} : { sdpMLineIndex: 0 }) };
}
