import type { CandidateInit } from "@rangecast/rtc";
import { parseCandidate, PayloadError, type SignalMessage } from "@rangecast/signal";
import { type CandidateFault, checkCandidate } from "./remote-candidate.ts";
import type { SessionEvent } from "./session-event.ts";

/** Longest reason that is taken over from a `bye`, characters: a stranger writes it. */
const MAX_BYE_CHARACTERS = 200;

export type RemoteSignal =
  | SessionEvent
  | { readonly type: "skipped-candidate"; readonly fault: CandidateFault; readonly candidate?: string };

/**
 * What a message means to the session; undefined if nothing: an `answer` from the browser, `candidate-end`, which is only a hint, and what the
 * other end of the signalling did not send.
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
