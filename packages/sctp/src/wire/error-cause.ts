/*
 * Error causes of ABORT, ERROR and some responses (RFC 9260, 3.3.10). Their form is that of parameters.
 */
import { readU16, readU32, writeU16, writeU32 } from "./big-endian.ts";
import { ParameterBuilder, ParameterReader } from "./parameters.ts";

/** Codes of error causes. */
export const ErrorCauseCode = {
  INVALID_STREAM: 1,
  MISSING_PARAMETER: 2,
  STALE_COOKIE: 3,
  OUT_OF_RESOURCES: 4,
  UNRESOLVABLE_ADDRESS: 5,
  UNRECOGNIZED_CHUNK_TYPE: 6,
  INVALID_PARAMETER: 7,
  UNRECOGNIZED_PARAMETERS: 8,
  NO_USER_DATA: 9,
  COOKIE_WHILE_SHUTTING_DOWN: 10,
  RESTART_WITH_NEW_ADDRESSES: 11,
  USER_ABORT: 12,
  PROTOCOL_VIOLATION: 13,
} as const;

export interface ErrorCause {
  /** One of {@link ErrorCauseCode}, or a code that is not known. */
  readonly code: number;
  /** What the cause adds. A decoded one is a view into the packet. */
  readonly info: Uint8Array;
}

/** Most causes that are decoded: there are 13 kinds. */
const MAX_CAUSES = 16;

/** Most bytes of a text that are decoded, or encoded: it goes into a log, and into a packet. */
const MAX_TEXT_BYTES = 200;

const NAMES: ReadonlyMap<number, string> = new Map([
  [ErrorCauseCode.INVALID_STREAM, "invalid stream identifier"],
  [ErrorCauseCode.MISSING_PARAMETER, "missing mandatory parameter"],
  [ErrorCauseCode.STALE_COOKIE, "stale cookie"],
  [ErrorCauseCode.OUT_OF_RESOURCES, "out of resource"],
  [ErrorCauseCode.UNRESOLVABLE_ADDRESS, "unresolvable address"],
  [ErrorCauseCode.UNRECOGNIZED_CHUNK_TYPE, "unrecognized chunk type"],
  [ErrorCauseCode.INVALID_PARAMETER, "invalid mandatory parameter"],
  [ErrorCauseCode.UNRECOGNIZED_PARAMETERS, "unrecognized parameters"],
  [ErrorCauseCode.NO_USER_DATA, "no user data"],
  [ErrorCauseCode.COOKIE_WHILE_SHUTTING_DOWN, "cookie received while shutting down"],
  [ErrorCauseCode.RESTART_WITH_NEW_ADDRESSES, "restart of an association with new addresses"],
  [ErrorCauseCode.USER_ABORT, "user-initiated abort"],
  [ErrorCauseCode.PROTOCOL_VIOLATION, "protocol violation"],
]);

/** Decodes a range that `readPacket` gave. Causes after the sixteenth, or after one whose length is wrong, are left out. */
export function decodeErrorCauses(bytes: Uint8Array, start: number, end: number): ErrorCause[] {
  const reader = new ParameterReader(bytes, start, end);
  const causes: ErrorCause[] = [];
  while (causes.length < MAX_CAUSES && reader.next()) {
    causes.push({ code: reader.type, info: bytes.subarray(reader.valueStart, reader.end) });
  }
  return causes;
}

/** Encodes causes for an ABORT or an ERROR. */
export function encodeErrorCauses(...causes: readonly ErrorCause[]): Uint8Array<ArrayBuffer> {
  const builder = new ParameterBuilder();
  for (const { code, info } of causes) builder.add(code, info);
  return builder.finish();
}

/** USER_ABORT or PROTOCOL_VIOLATION with a text, of which at most 200 bytes are kept. */
export function textCause(code: typeof ErrorCauseCode.USER_ABORT | typeof ErrorCauseCode.PROTOCOL_VIOLATION, text: string): ErrorCause {
  return { code, info: cutUtf8(new TextEncoder().encode(text), MAX_TEXT_BYTES) };
}

/** INVALID_STREAM: a DATA chunk names a stream that doesn't exist. */
export function invalidStreamCause(streamId: number): ErrorCause {
  const info = new Uint8Array(4);
  writeU16(info, 0, streamId);
  return { code: ErrorCauseCode.INVALID_STREAM, info };
}

/** STALE_COOKIE. @param staleness for how long the cookie has been invalid, microseconds */
export function staleCookieCause(staleness: number): ErrorCause {
  const info = new Uint8Array(4);
  writeU32(info, 0, Math.min(staleness, 0xffff_ffff));
  return { code: ErrorCauseCode.STALE_COOKIE, info };
}

/** NO_USER_DATA: the DATA chunk with this TSN is empty. */
export function noUserDataCause(tsn: number): ErrorCause {
  const info = new Uint8Array(4);
  writeU32(info, 0, tsn);
  return { code: ErrorCauseCode.NO_USER_DATA, info };
}

/** What the causes say, as a text for people: names, and what the peer wrote, without control characters. Never longer than a few hundred bytes each. */
export function describeErrorCauses(causes: readonly ErrorCause[]): string {
  return causes.map(describeCause).join("; ");
}

function describeCause({ code, info }: ErrorCause): string {
  const name = NAMES.get(code) ?? `error cause ${code}`;
  const detail = describeInfo(code, info);
  return detail === "" ? name : `${name}: ${detail}`;
}

function describeInfo(code: number, info: Uint8Array): string {
  switch (code) {
    case ErrorCauseCode.USER_ABORT:
    case ErrorCauseCode.PROTOCOL_VIOLATION:
      return readableText(info);
    case ErrorCauseCode.INVALID_STREAM:
      return info.length < 2 ? "" : `stream ${readU16(info, 0)}`;
    case ErrorCauseCode.NO_USER_DATA:
      return info.length < 4 ? "" : `TSN ${readU32(info, 0)}`;
    case ErrorCauseCode.STALE_COOKIE:
      return info.length < 4 ? "" : `${readU32(info, 0)} µs`;
    case ErrorCauseCode.UNRECOGNIZED_CHUNK_TYPE:
      return info.length < 1 ? "" : `type ${info[0]}`;
    default:
      return "";
  }
}

function readableText(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(cutUtf8(bytes, MAX_TEXT_BYTES));
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ").trim();
}

/** The first bytes, without a character that is cut in two. */
function cutUtf8(bytes: Uint8Array, maxBytes: number): Uint8Array {
  if (bytes.length <= maxBytes) return bytes;
  let end = maxBytes;
  while (end > 0 && (bytes[end]! & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end);
}
