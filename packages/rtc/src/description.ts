/*
 * Parses and writes the SDP of a data channel (RFC 8866, 8839, 8841). Stacks echo lines that they don't know, and an echoed line means that a feature was
 * negotiated: an answer that echoes the ICE option `sped` makes a browser skip handshakes, and the channel never opens. So no line of a received SDP is
 * passed on to a stack or to the other side: all are written again from parsed and checked values (S-6). For `a=sctp-init` see `snap.ts`.
 */
import { rewriteCandidate } from "./candidate-line.ts";
import type { SessionDescription } from "./peer-connection.ts";
import { RtcError } from "./rtc-error.ts";
import { soleFingerprint } from "./sdp.ts";

/** Longest SDP that is parsed, characters. One for a data channel has about 500, with all candidates a few thousand. */
const MAX_SDP_CHARACTERS = 65_536;
/** Maximum number of candidates taken from an SDP; a machine with many interfaces has a few dozen. */
const MAX_SDP_CANDIDATES = 64;
const MAX_PORT = 65_535;
/** Replaces a session id that can't be parsed; nothing depends on it. */
const NO_SESSION_ID = "0";

/** The port of a rejected section is 0. Stacks from before 2020 write the SCTP port as the last field. */
const DATA_SECTION = /^m=application ([1-9]\d{0,4}) (?:UDP\/|TCP\/)?DTLS\/SCTP (?:webrtc-datachannel|(\d{1,5}))$/u;
const ORIGIN = /^o=\S{1,64} (\d{1,19}) /u;
const MID = /^[\w.-]{1,32}$/u;
/** Only ice-char, 4 to 256 and 22 to 256 of them (RFC 8839, 5.4). */
const ICE_UFRAG = /^[a-zA-Z0-9+/]{4,256}$/u;
const ICE_PWD = /^[a-zA-Z0-9+/]{22,256}$/u;
const SETUP = /^(?:actpass|active|passive)$/u;
const DEFAULT_SCTP_PORT = "5000";
const PORT = /^\d{1,5}$/u;
const MESSAGE_SIZE = /^\d{1,15}$/u;
/** Base64 of a chunk that begins with the type 1 and the flags 0: INIT (RFC 9260, 3.3.2). Its other fields are checked by the SCTP that uses it. */
const SCTP_INIT = /^AQ[a-zA-Z0-9+/]{24,}={0,2}$/u;
/** Longest INIT chunk that is kept, characters of base64: 1,200 bytes, since an INIT must fit into a packet. Chromium's has 40. */
const MAX_SCTP_INIT_CHARACTERS = 1_600;
const SHA_256_FINGERPRINT = /^a=fingerprint:sha-256[ \t]/iu;
/** libdatachannel separates them with commas. */
const ICE_OPTION_SEPARATOR = /[ ,]/u;

/** The known values of a description, from its media section or from the session level. */
export interface DataChannelDescription {
  /** The digits in the `o=` line. */
  readonly sessionId: string;
  readonly mid: string;
  /** Whether the section is in a BUNDLE group. An answer has the group only if the offer has it. */
  readonly bundled: boolean;
  readonly iceLite: boolean;
  readonly iceUfrag: string;
  readonly icePwd: string;
  /** Whether candidates may follow. This is the only ICE option that is kept: others, such as SPED's, change what stacks send. */
  readonly trickle: boolean;
  /** SHA-256, upper case. */
  readonly fingerprint: string;
  readonly setup: "actpass" | "active" | "passive";
  readonly sctpPort: number;
  /** Largest message that the sender of the SDP accepts, bytes; 0: no limit; undefined: the SDP has none. */
  readonly maxMessageSize: number | undefined;
  /** Base64 of the sender's INIT chunk, with which the association opens without a handshake (SNAP, draft-hancke-tsvwg-snap); undefined: the SDP has none. */
  readonly sctpInit: string | undefined;
  /** Without `a=`, each once. Malformed ones are left out. */
  readonly candidates: readonly string[];
}

/**
 * Parses a description. Unknown lines are skipped.
 *
 * @throws {RtcError} `bad-description` if it is not for a single data channel, lacks a value that a data channel needs, or is too long;
 * `no-fingerprint`, `many-fingerprints` or `weak-fingerprint` unless it has exactly one SHA-256 fingerprint (L-5)
 */
export function parseDescription({ type, sdp }: SessionDescription): DataChannelDescription {
  if (sdp.length > MAX_SDP_CHARACTERS) throw bad(`an SDP of ${sdp.length} characters`);
  const lines = sdp.split(/\r?\n/u).map((line) => line.trimEnd());
  const start = lines.findIndex((line) => line.startsWith("m="));
  const section = DATA_SECTION.exec(lines[start] ?? "");
  if (section === null || lines.some((line, index) => index > start && line.startsWith("m="))) {
    throw bad("the SDP is not for one data channel alone");
  }
  const levels: Levels = { session: lines.slice(0, start), media: lines.slice(start + 1) };
  const fingerprint = fingerprintOf(levels);
  const mid = checked(attribute(levels, "mid"), MID, "mid");
  const setup = checked(attribute(levels, "setup"), SETUP, "DTLS role") as DataChannelDescription["setup"];
  if (type === "answer" && setup === "actpass") throw bad("the answer does not choose a DTLS role");
  const messageSize = attribute(levels, "max-message-size");
  return {
    sessionId: ORIGIN.exec(levels.session.find((line) => line.startsWith("o=")) ?? "")?.[1] ?? NO_SESSION_ID,
    mid,
    bundled: levels.session.some((line) => line.startsWith("a=group:BUNDLE ") && line.split(" ").includes(mid)),
    iceLite: levels.session.includes("a=ice-lite"),
    iceUfrag: checked(attribute(levels, "ice-ufrag"), ICE_UFRAG, "ice-ufrag"),
    icePwd: checked(attribute(levels, "ice-pwd"), ICE_PWD, "ice-pwd"),
    trickle: (attribute(levels, "ice-options") ?? "").split(ICE_OPTION_SEPARATOR).includes("trickle"),
    fingerprint,
    setup,
    sctpPort: portOf(attribute(levels, "sctp-port") ?? section[2] ?? DEFAULT_SCTP_PORT),
    maxMessageSize: messageSize === undefined ? undefined : Number(checked(messageSize, MESSAGE_SIZE, "max-message-size")),
    sctpInit: sctpInitOf(levels, type),
    candidates: candidatesOf(levels.media),
  };
}

/** Writes a description. All attributes are in the media section, where every stack reads them. */
export function writeDescription(description: DataChannelDescription): string {
  const { sessionId, mid, bundled, iceLite, iceUfrag, icePwd, trickle, fingerprint, setup, sctpPort } = description;
  const { maxMessageSize, sctpInit } = description;
  const lines = [
    "v=0",
    `o=- ${sessionId} 1 IN IP4 127.0.0.1`,
    "s=-",
    "t=0 0",
    ...(bundled ? [`a=group:BUNDLE ${mid}`] : []),
    ...(iceLite ? ["a=ice-lite"] : []),
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
    "c=IN IP4 0.0.0.0",
    ...description.candidates.map((candidate) => `a=${candidate}`),
    `a=ice-ufrag:${iceUfrag}`,
    `a=ice-pwd:${icePwd}`,
    ...(trickle ? ["a=ice-options:trickle"] : []),
    `a=fingerprint:sha-256 ${fingerprint}`,
    `a=setup:${setup}`,
    `a=mid:${mid}`,
    `a=sctp-port:${sctpPort}`,
    ...(maxMessageSize === undefined ? [] : [`a=max-message-size:${maxMessageSize}`]),
    ...(sctpInit === undefined ? [] : [`a=sctp-init:${sctpInit}`]),
  ];
  return lines.map((line) => `${line}\r\n`).join("");
}

/** The description with the known lines only. @throws {RtcError} as {@link parseDescription} */
export function rewriteDescription(description: SessionDescription): SessionDescription {
  return { type: description.type, sdp: writeDescription(parseDescription(description)) };
}

/** The lines before the media section, and in it. */
interface Levels {
  readonly session: readonly string[];
  readonly media: readonly string[];
}

/** The value of an attribute. The media section's takes precedence over the session's (RFC 8866, 5.13). */
function attribute({ session, media }: Levels, name: string): string | undefined {
  const prefix = `a=${name}:`;
  const starts = (line: string): boolean => line.startsWith(prefix);
  return (media.find(starts) ?? session.find(starts))?.slice(prefix.length);
}

function checked(value: string | undefined, pattern: RegExp, name: string): string {
  if (value === undefined || !pattern.test(value)) throw bad(`the SDP has no usable ${name}`);
  return value;
}

/** A media section's fingerprints replace those of the session (RFC 8122, 5). Those of other hash functions beside a SHA-256 one are ignored. */
function fingerprintOf({ session, media }: Levels): string {
  const isFingerprint = (line: string): boolean => line.startsWith("a=fingerprint:");
  const own = media.filter(isFingerprint);
  const all = own.length > 0 ? own : session.filter(isFingerprint);
  const strong = all.filter((line) => SHA_256_FINGERPRINT.test(line));
  return soleFingerprint((strong.length > 0 ? strong : all).join("\n"));
}

function portOf(text: string): number {
  const port = Number(checked(text, PORT, "sctp-port"));
  if (port === 0 || port > MAX_PORT) throw bad("the SDP has no usable sctp-port");
  return port;
}

/** A malformed one in an offer is left out, which refuses it. In an answer it would be agreed, and unusable. */
function sctpInitOf({ media }: Levels, type: SessionDescription["type"]): string | undefined {
  const value = attribute({ session: [], media }, "sctp-init");
  if (value === undefined) return undefined;
  if (value.length <= MAX_SCTP_INIT_CHARACTERS && value.length % 4 === 0 && SCTP_INIT.test(value)) return value;
  if (type === "answer") throw bad("the answer has no usable sctp-init");
  return undefined;
}

function candidatesOf(lines: readonly string[]): string[] {
  const candidates = new Set<string>();
  for (const line of lines) {
    const candidate = line.startsWith("a=candidate:") ? rewriteCandidate(line) : undefined;
    if (candidate !== undefined && candidates.size < MAX_SDP_CANDIDATES) candidates.add(candidate);
  }
  return [...candidates];
}

function bad(message: string): RtcError {
  return new RtcError("bad-description", message);
}
