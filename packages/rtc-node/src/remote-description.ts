import { maxMessageSize, RtcError, type SessionDescription, soleFingerprint } from "@rangecast/rtc";

import { remoteCandidate } from "./remote-candidate.ts";

/** Longest SDP that is looked at, characters. One for a data channel has about 500, with all candidates some thousands. */
const MAX_SDP_CHARS = 65_536;
/** Most candidates taken from an SDP; a machine with many interfaces has a few dozen. */
const MAX_SDP_CANDIDATES = 64;
/** What a remote takes whose SDP names no limit, bytes (RFC 8841 6.1). */
const DEFAULT_MAX_MESSAGE_BYTES = 65_536;

const DATA_SECTION = /^m=application \d{1,5} (?:UDP\/|TCP\/)?DTLS\/SCTP /u;
const MID = /^a=mid:([\w.-]{1,32})$/mu;
/** RFC 8839 5.4: ice-char only, 4 to 256 and 22 to 256 of them. */
const ICE_UFRAG = /^a=ice-ufrag:[a-zA-Z0-9+/]{4,256}$/mu;
const ICE_PWD = /^a=ice-pwd:[a-zA-Z0-9+/]{22,256}$/mu;
const SETUP = /^a=setup:(actpass|active|passive)$/mu;
const SCTP_PORT = /^a=sctp-port:(.*)$/mu;
const MAX_SCTP_PORT = 65_535;
const MAX_MESSAGE_SIZE = /^a=max-message-size:(.*)$/mu;

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
 * Checks a remote's SDP before the stack parses it: one data section and nothing else, one sha-256 fingerprint, credentials that are some.
 * Candidates in it are checked as trickled ones are, and left out when they are of no use.
 *
 * @throws {RtcError} for what is refused
 */
export function readRemoteDescription({ type, sdp }: SessionDescription): RemoteDescription {
  if (sdp.length > MAX_SDP_CHARS) throw bad(`an SDP of ${sdp.length} characters`);
  const lines = sdp.split(/\r?\n/u);
  const sections = lines.filter((line) => line.startsWith("m="));
  if (sections.length !== 1 || !DATA_SECTION.test(sections[0]!)) throw bad("the SDP is not for one data channel alone");
  soleFingerprint(sdp);
  const text = lines.filter((line) => !/^a=(?:candidate:|end-of-candidates)/u.test(line)).join("\n");
  const mid = MID.exec(text)?.[1];
  if (mid === undefined) throw bad("the SDP has no mid");
  checkTransport(text, type);
  return {
    sdp: text.replaceAll("\n", "\r\n"),
    candidates: usable(lines),
    mid,
    maxMessageSize: maxMessageSize(sdp) ?? DEFAULT_MAX_MESSAGE_BYTES,
  };
}

function checkTransport(text: string, type: SessionDescription["type"]): void {
  if (!ICE_UFRAG.test(text) || !ICE_PWD.test(text)) throw bad("the SDP has no usable ICE credentials");
  const setup = SETUP.exec(text)?.[1];
  if (setup === undefined || (type === "answer" && setup === "actpass")) throw bad("the SDP has no usable DTLS role");
  const port = SCTP_PORT.exec(text)?.[1];
  if (port !== undefined && !(/^\d{1,5}$/u.test(port) && Number(port) >= 1 && Number(port) <= MAX_SCTP_PORT)) {
    throw bad("the SDP's sctp-port is none");
  }
  const size = MAX_MESSAGE_SIZE.exec(text)?.[1];
  if (size !== undefined && !/^\d{1,15}$/u.test(size)) throw bad("the SDP's max-message-size is none");
}

function usable(lines: readonly string[]): string[] {
  const candidates: string[] = [];
  for (const line of lines) {
    if (!line.startsWith("a=candidate:") || candidates.length >= MAX_SDP_CANDIDATES) continue;
    try {
      candidates.push(remoteCandidate(line));
    } catch {
      // Of no use, as with trickled ones: the remote shows up as peer-reflexive.
    }
  }
  return candidates;
}

function bad(message: string): RtcError {
  return new RtcError("bad-description", message);
}
