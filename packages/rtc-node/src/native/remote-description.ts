import { parseDescription, type SessionDescription, writeDescription } from "@rangecast/rtc";

import { DEFAULT_MAX_MESSAGE_BYTES } from "../connection/limits.ts";
import { remoteCandidate } from "../ice/remote-candidate.ts";

/** A remote description in a form for the stack. */
export interface RemoteDescription {
  /** Without candidates. */
  readonly sdp: string;
  /** Its usable candidates. */
  readonly candidates: readonly string[];
  readonly mid: string;
  /** Largest message that the remote accepts, bytes; 0: no limit. */
  readonly maxMessageSize: number;
}

/**
 * Parses a remote's SDP and writes it again for the stack, which would copy unknown lines to its answer (S-6). It doesn't know SNAP, so it gets no INIT chunk.
 * Candidates are checked like trickled ones; unusable ones are left out.
 *
 * @throws {RtcError} see `parseDescription`
 */
export function readRemoteDescription(description: SessionDescription): RemoteDescription {
  const remote = parseDescription(description);
  return {
    sdp: writeDescription({ ...remote, sctpInit: undefined, candidates: [] }),
    candidates: usable(remote.candidates),
    mid: remote.mid,
    maxMessageSize: remote.maxMessageSize ?? DEFAULT_MAX_MESSAGE_BYTES,
  };
}

function usable(lines: readonly string[]): string[] {
  const candidates: string[] = [];
  for (const line of lines) {
    try {
      candidates.push(remoteCandidate(line));
    } catch {
      // Unusable. The remote may still be found as peer-reflexive.
    }
  }
  return candidates;
}
