/*
 * The parameters of a RE_CONFIG chunk (RFC 6525, 4). A chunk holds one or two.
 *
 *  13, reset of streams that the sender sends on    14, of streams that the receiver sends on
 * +-----------------------------------+            +-----------------------------------+
 * | type 13         | length          |            | type 14         | length          |
 * +-----------------+-----------------+            +-----------------+-----------------+
 * | request sequence                  |            | request sequence                  |
 * +-----------------------------------+            +-----------------+-----------------+
 * | response sequence                 |            | stream id …     |                 |
 * +-----------------------------------+            +-----------------+-----------------+
 * | last TSN that the sender assigned |
 * +-----------------+-----------------+             15, reset of all TSNs and streams
 * | stream id …     |                 |            +-----------------+-----------------+
 * +-----------------+-----------------+            | type 15         | length          |
 *                                                  +-----------------+-----------------+
 *  16, response                                    | request sequence                  |
 * +-----------------+-----------------+            +-----------------------------------+
 * | type 16         | length          |
 * +-----------------+-----------------+             17 and 18, more outgoing and incoming streams
 * | response sequence                 |            +-----------------+-----------------+
 * +-----------------------------------+            | type            | length          |
 * | result                            |            +-----------------+-----------------+
 * +-----------------------------------+            | request sequence                  |
 * | sender's next TSN, or missing     |            +-----------------+-----------------+
 * +-----------------------------------+            | new streams     | reserved        |
 * | receiver's next TSN, or missing   |            +-----------------+-----------------+
 * +-----------------------------------+
 *
 * No stream ids in 13 and 14 mean all streams.
 */
import { readU16, readU32, writeU16, writeU32 } from "./big-endian.ts";
import { ParameterType } from "./parameter-type.ts";
import { ParameterBuilder, ParameterReader } from "./parameters.ts";

/** Results of a response (RFC 6525, 4.4). */
export const ReConfigResult = {
  NOTHING_TO_DO: 0,
  DONE: 1,
  DENIED: 2,
  WRONG_SSN: 3,
  ALREADY_IN_PROGRESS: 4,
  BAD_SEQUENCE: 5,
  IN_PROGRESS: 6,
} as const;

/** Most parameters of a chunk (RFC 6525, 3.1). */
const MAX_PARAMETERS = 2;

export interface OutgoingReset {
  readonly kind: "outgoing-reset";
  readonly sequence: number;
  /** The number of the peer's request that this answers too; else that of its next request minus one. */
  readonly responseSequence: number;
  /** The last TSN that the sender has assigned: the reset takes effect after it. */
  readonly lastTsn: number;
  /** None: all streams. */
  readonly streamIds: readonly number[];
}

export interface IncomingReset {
  readonly kind: "incoming-reset";
  readonly sequence: number;
  /** None: all streams. */
  readonly streamIds: readonly number[];
}

export interface SsnTsnReset {
  readonly kind: "ssn-tsn-reset";
  readonly sequence: number;
}

export interface ReConfigResponse {
  readonly kind: "response";
  /** The number of the request that this answers. */
  readonly sequence: number;
  /** One of {@link ReConfigResult}, or a number that is not known. */
  readonly result: number;
  /** Only in the answer to an SSN/TSN reset. */
  readonly nextTsns?: { readonly sender: number; readonly receiver: number };
}

export interface AddStreams {
  readonly kind: "add-outgoing-streams" | "add-incoming-streams";
  readonly sequence: number;
  readonly newStreams: number;
}

export type ReConfigParameter = OutgoingReset | IncomingReset | SsnTsnReset | ReConfigResponse | AddStreams;

/**
 * Why a chunk's value is not what RFC 6525 allows:
 * - `malformed`: a length is wrong;
 * - `unknown-parameter`: a parameter has another type;
 * - `bad-combination`: no parameter, more than two, or two that don't go together (RFC 6525, 3.1).
 */
export type ReConfigFault = "malformed" | "unknown-parameter" | "bad-combination";

/** Pairs that may share a chunk, in any order (RFC 6525, 3.1). */
const PAIRS: ReadonlySet<string> = new Set([
  "outgoing-reset incoming-reset",
  "incoming-reset outgoing-reset",
  "add-outgoing-streams add-incoming-streams",
  "add-incoming-streams add-outgoing-streams",
  "response outgoing-reset",
  "outgoing-reset response",
  "response response",
]);

/** Decodes a range that `readPacket` gave. */
export function decodeReConfig(bytes: Uint8Array, start: number, end: number): readonly ReConfigParameter[] | ReConfigFault {
  const reader = new ParameterReader(bytes, start, end);
  const parameters: ReConfigParameter[] = [];
  while (reader.next()) {
    if (parameters.length === MAX_PARAMETERS) return "bad-combination";
    const parameter = decodeParameter(reader.type, bytes, reader.valueStart, reader.end);
    if (typeof parameter === "string") return parameter;
    parameters.push(parameter);
  }
  if (reader.malformed) return "malformed";
  const [first, second] = parameters;
  if (first === undefined || (second !== undefined && !PAIRS.has(`${first.kind} ${second.kind}`))) return "bad-combination";
  return parameters;
}

/** Encodes one or two parameters as the value of a RE_CONFIG chunk. */
export function encodeReConfig(...parameters: readonly ReConfigParameter[]): Uint8Array<ArrayBuffer> {
  const builder = new ParameterBuilder();
  for (const parameter of parameters) builder.add(TYPES[parameter.kind], encodeValue(parameter));
  return builder.finish();
}

/** Encodes the request to reset streams that this side sends on. */
export function encodeOutgoingReset(request: Omit<OutgoingReset, "kind">): Uint8Array<ArrayBuffer> {
  return encodeReConfig({ kind: "outgoing-reset", ...request });
}

/** Encodes the answer to a request. @param sequence that of the request @param result one of {@link ReConfigResult} */
export function encodeReResponse(sequence: number, result: number): Uint8Array<ArrayBuffer> {
  return encodeReConfig({ kind: "response", sequence, result });
}

const TYPES = {
  "outgoing-reset": ParameterType.OUTGOING_SSN_RESET,
  "incoming-reset": ParameterType.INCOMING_SSN_RESET,
  "ssn-tsn-reset": ParameterType.SSN_TSN_RESET,
  response: ParameterType.RE_CONFIG_RESPONSE,
  "add-outgoing-streams": ParameterType.ADD_OUTGOING_STREAMS,
  "add-incoming-streams": ParameterType.ADD_INCOMING_STREAMS,
} as const;

/** Bytes of the fields in front of the stream ids, or of all of them. */
const OUTGOING_RESET_BYTES = 12;
const SEQUENCE_BYTES = 4;
const RESPONSE_BYTES = 8;
const RESPONSE_WITH_TSNS_BYTES = 16;
const ADD_STREAMS_BYTES = 8;

function decodeParameter(type: number, bytes: Uint8Array, start: number, end: number): ReConfigParameter | ReConfigFault {
  const length = end - start;
  if (length < SEQUENCE_BYTES) return "malformed";
  const sequence = readU32(bytes, start);
  switch (type) {
    case ParameterType.OUTGOING_SSN_RESET: {
      if (length < OUTGOING_RESET_BYTES || length % 2 !== 0) return "malformed";
      const streamIds = decodeStreamIds(bytes, start + OUTGOING_RESET_BYTES, end);
      return {
        kind: "outgoing-reset",
        sequence,
        responseSequence: readU32(bytes, start + 4),
        lastTsn: readU32(bytes, start + 8),
        streamIds,
      };
    }
    case ParameterType.INCOMING_SSN_RESET:
      if (length % 2 !== 0) return "malformed";
      return { kind: "incoming-reset", sequence, streamIds: decodeStreamIds(bytes, start + SEQUENCE_BYTES, end) };
    case ParameterType.SSN_TSN_RESET:
      return length === SEQUENCE_BYTES ? { kind: "ssn-tsn-reset", sequence } : "malformed";
    case ParameterType.RE_CONFIG_RESPONSE: {
      if (length !== RESPONSE_BYTES && length !== RESPONSE_WITH_TSNS_BYTES) return "malformed";
      const result = readU32(bytes, start + 4);
      if (length === RESPONSE_BYTES) return { kind: "response", sequence, result };
      return { kind: "response", sequence, result, nextTsns: { sender: readU32(bytes, start + 8), receiver: readU32(bytes, start + 12) } };
    }
    case ParameterType.ADD_OUTGOING_STREAMS:
    case ParameterType.ADD_INCOMING_STREAMS: {
      if (length !== ADD_STREAMS_BYTES) return "malformed";
      const kind = type === ParameterType.ADD_OUTGOING_STREAMS ? "add-outgoing-streams" : "add-incoming-streams";
      return { kind, sequence, newStreams: readU16(bytes, start + 4) };
    }
    default:
      return "unknown-parameter";
  }
}

function encodeValue(parameter: ReConfigParameter): Uint8Array {
  switch (parameter.kind) {
    case "outgoing-reset": {
      const value = withStreamIds(OUTGOING_RESET_BYTES, parameter);
      writeU32(value, 4, parameter.responseSequence);
      writeU32(value, 8, parameter.lastTsn);
      return value;
    }
    case "incoming-reset":
      return withStreamIds(SEQUENCE_BYTES, parameter);
    case "ssn-tsn-reset":
      return words(parameter.sequence);
    case "response": {
      const { sequence, result, nextTsns } = parameter;
      return nextTsns === undefined ? words(sequence, result) : words(sequence, result, nextTsns.sender, nextTsns.receiver);
    }
    case "add-outgoing-streams":
    case "add-incoming-streams":
      return words(parameter.sequence, parameter.newStreams << 16);
  }
}

function decodeStreamIds(bytes: Uint8Array, start: number, end: number): number[] {
  const streamIds: number[] = [];
  for (let at = start; at < end; at += 2) streamIds.push(readU16(bytes, at));
  return streamIds;
}

function withStreamIds(fieldsBytes: number, { sequence, streamIds }: OutgoingReset | IncomingReset): Uint8Array {
  const value = new Uint8Array(fieldsBytes + streamIds.length * 2);
  writeU32(value, 0, sequence);
  for (const [index, streamId] of streamIds.entries()) writeU16(value, fieldsBytes + index * 2, streamId);
  return value;
}

function words(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  for (const [index, value] of values.entries()) writeU32(bytes, index * 4, value);
  return bytes;
}
