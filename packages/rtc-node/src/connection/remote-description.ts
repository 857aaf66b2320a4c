import { parseDescription, type SessionDescription, writeDescription } from "@rangecast/rtc";

import { remoteCandidate } from "../ice/remote-candidate.ts";

/** What a remote takes whose SDP names no limit, bytes (RFC 8841 6.1). */
const DEFAULT_MAX_MESSAGE_BYTES = 65_536;

/** A remote description that the stack can be given. */
export interface RemoteDescription {
  /** Without its candidates. */
  readonly sdp: string;
  /** Those of its candidates that are of use. */
  readonly candidates: readonly string[];
  readonly mid: string;
  /** Largest message that the remote takes, bytes; 0: no limit. */
  readonly maxMessageSize: number;
}

/**
 * Reads a remote's SDP and writes it again for the stack, which puts lines that it doesn't know into its answer. Candidates are checked as trickled ones
 * are, and left out when they are of no use.
 *
 * @throws {RtcError} for what is refused
 */
export function readRemoteDescription(description: SessionDescription): RemoteDescription {
  const remote = parseDescription(description);
  return {
    sdp: writeDescription({ ...remote, candidates: [] }),
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
      // Of no use, as with trickled ones: the remote shows up as peer-reflexive.
    }
  }
  return candidates;
}
