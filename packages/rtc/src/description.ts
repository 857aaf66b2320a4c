/*
 * The SDP of a data channel, read into a value and written from one (RFC 8866, 8839, 8841). Stacks echo lines that they don't know, and a line that is
 * echoed is a feature that was agreed on: Chromium's `a=sctp-init` (SNAP), echoed in an answer, makes it skip the SCTP handshake, and the channel never
 * opens. So no line of an SDP is passed on, to a stack or to the other side: each is written from what was read and checked here.
 */
import { rewriteCandidate } from "./candidate-line.ts";
import type { SessionDescription } from "./peer-connection.ts";
import { RtcError } from "./rtc-error.ts";
import { soleFingerprint } from "./sdp.ts";

/** Longest SDP that is looked at, characters. One for a data channel has about 500, with all candidates some thousands. */
const MAX_SDP_CHARACTERS = 65_536;
/** Maximum number of candidates taken from an SDP; a machine with many interfaces has a few dozen. */
const MAX_SDP_CANDIDATES = 64;
const MAX_PORT = 65_535;
/** What stands for a session id that can't be read: nothing depends on it. */
const NO_SESSION_ID = "0";

/** The port is 0 in a section that was refused. The last field is a port of SCTP in stacks of before 2020. */
const DATA_SECTION = /^m=application ([1-9]\d{0,4}) (?:UDP\/|TCP\/)?DTLS\/SCTP (?:webrtc-datachannel|(\d{1,5}))$/u;
const ORIGIN = /^o=\S{1,64} (\d{1,19}) /u;
const MID = /^[\w.-]{1,32}$/u;
/** RFC 8839, 5.4: ice-char only, 4 to 256 and 22 to 256 of them. */
const ICE_UFRAG = /^[a-zA-Z0-9+/]{4,256}$/u;
const ICE_PWD = /^[a-zA-Z0-9+/]{22,256}$/u;
const SETUP = /^(?:actpass|active|passive)$/u;
const DEFAULT_SCTP_PORT = "5000";
const PORT = /^\d{1,5}$/u;
const MESSAGE_SIZE = /^\d{1,15}$/u;
const SHA_256_FINGERPRINT = /^a=fingerprint:sha-256[ \t]/iu;
/** libdatachannel separates them by commas. */
const ICE_OPTION_SEPARATOR = /[ ,]/u;

/** What is known of a description, whether a line of it was in its section or before it, for all sections. */
export interface DataChannelDescription {
  /** Digits of the `o=` line. */
  readonly sessionId: string;
  readonly mid: string;
  /** Whether the section is in a BUNDLE group; an answer has the group only where the offer has it. */
  readonly bundled: boolean;
  readonly iceLite: boolean;
  readonly iceUfrag: string;
  readonly icePwd: string;
  /** Whether candidates may follow. It is the one ICE option that is kept: others, as SPED's, change what stacks send. */
  readonly trickle: boolean;
  /** The one of SHA-256, upper case. */
  readonly fingerprint: string;
  readonly setup: "actpass" | "active" | "passive";
  readonly sctpPort: number;
  /** Largest message that the sender of the SDP takes, bytes; 0: no limit; undefined: it names none. */
  readonly maxMessageSize: number | undefined;
  /** Without `a=`, each once. Those that can't be read are left out. */
  readonly candidates: readonly string[];
}

/**
 * Reads a description. Lines that are not known are skipped, whatever they hold.
 *
 * @throws {RtcError} `bad-description` for one that is not for a single data channel, lacks what a data channel needs, or is too long;
 * `no-fingerprint`, `many-fingerprints` or `weak-fingerprint` unless exactly one is of SHA-256
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
    candidates: candidatesOf(levels.media),
  };
}

/** Writes a description. Everything is in the section, where every stack reads it. */
export function writeDescription(description: DataChannelDescription): string {
  const { sessionId, mid, bundled, iceLite, iceUfrag, icePwd, trickle, fingerprint, setup, sctpPort, maxMessageSize } = description;
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
  ];
  return lines.map((line) => `${line}\r\n`).join("");
}

/** The description with the lines that we know, and no others. @throws {RtcError} as {@link parseDescription} */
export function rewriteDescription(description: SessionDescription): SessionDescription {
  return { type: description.type, sdp: writeDescription(parseDescription(description)) };
}

/** Lines before the section, and in it. */
interface Levels {
  readonly session: readonly string[];
  readonly media: readonly string[];
}

/** The value of an attribute: the section's own comes before that of the session (RFC 8866, 5.13). */
function attribute({ session, media }: Levels, name: string): string | undefined {
  const prefix = `a=${name}:`;
  const starts = (line: string): boolean => line.startsWith(prefix);
  return (media.find(starts) ?? session.find(starts))?.slice(prefix.length);
}

function checked(value: string | undefined, pattern: RegExp, name: string): string {
  if (value === undefined || !pattern.test(value)) throw bad(`the SDP has no usable ${name}`);
  return value;
}

/** A section's own fingerprints replace those of the session (RFC 8122, 5). Those of other hash functions beside it are not used. */
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
