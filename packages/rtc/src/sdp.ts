import { RtcError } from "./rtc-error.ts";

const FINGERPRINT_LINE = /^a=fingerprint:(\S+)[ \t]+(\S+)[ \t]*$/gimu;
const SHA_256_FINGERPRINT = /^(?:[0-9a-f]{2}:){31}[0-9a-f]{2}$/iu;
const MAX_MESSAGE_SIZE_LINE = /^a=max-message-size:(\d{1,15})[ \t]*$/imu;

/**
 * The one sha-256 fingerprint of an SDP, in upper case. It binds DTLS to the sealed signalling (L-5).
 * @throws {RtcError} if there is none, more than one, or one that is not sha-256
 */
export function soleFingerprint(sdp: string): string {
  const found = [...sdp.matchAll(FINGERPRINT_LINE)];
  const [first] = found;
  if (first === undefined) throw new RtcError("no-fingerprint", "the SDP has no fingerprint");
  if (found.length > 1) throw new RtcError("many-fingerprints", `the SDP has ${found.length} fingerprints, not one`);
  const [, algorithm = "", value = ""] = first;
  if (algorithm.toLowerCase() !== "sha-256" || !SHA_256_FINGERPRINT.test(value)) {
    throw new RtcError("weak-fingerprint", "the SDP's fingerprint is not of sha-256");
  }
  return value.toUpperCase();
}

/**
 * The largest message that the SDP's sender accepts, bytes; 0: no limit; undefined: the SDP has none (RFC 8841, 6).
 */
export function maxMessageSize(sdp: string): number | undefined {
  const digits = MAX_MESSAGE_SIZE_LINE.exec(sdp)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
