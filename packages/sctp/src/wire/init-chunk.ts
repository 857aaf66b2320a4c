/*
 * INIT (0x01) and INIT_ACK (0x02): one side's half of what an association begins with (RFC 9260, 3.3.2 and 3.3.3).
 *
 *  0        1        2                 4
 * +--------+--------+-----------------+
 * | type   | 0      | length          |
 * +--------+--------+-----------------+
 * | initiate tag                      |
 * +-----------------------------------+
 * | receive window, bytes             |
 * +-----------------+-----------------+
 * | streams out     | most streams in |
 * +-----------------+-----------------+
 * | initial TSN                       |
 * +-----------------------------------+
 * | parameters …                      |
 */
import { readU16, readU32, writeU16, writeU32 } from "./big-endian.ts";
import { ChunkType } from "./chunk-type.ts";
import { CHUNK_HEADER_BYTES } from "./packet-header.ts";

/** Bytes of the fields after the chunk's header, without parameters. */
export const INIT_FIELDS_BYTES = 16;

/** Fields that INIT and INIT_ACK have in common. */
export interface InitFields {
  /** The verification tag that the peer must put into its packets. 0 is not allowed: the caller checks it. */
  readonly initiateTag: number;
  /** Receive window, bytes (`a_rwnd`). */
  readonly windowBytes: number;
  readonly outboundStreams: number;
  /** Most inbound streams that the sender takes. */
  readonly inboundStreams: number;
  readonly initialTsn: number;
}

/** An INIT or INIT_ACK to write. */
export interface OutgoingInit extends InitFields {
  /** Parameters, without padding after the last one (see `ParameterBuilder`). */
  readonly parameters: Uint8Array;
}

/** An INIT or INIT_ACK that was read. The range holds its parameters, which are not checked yet (see `ParameterReader`). */
export interface IncomingInit extends InitFields {
  readonly parametersStart: number;
  readonly parametersEnd: number;
}

/** Reads the fields. @param start index after the chunk's header @param end index after the chunk @returns undefined if it is too short */
export function readInitFields(bytes: Uint8Array, start: number, end: number): IncomingInit | undefined {
  if (end - start < INIT_FIELDS_BYTES) return undefined;
  return {
    initiateTag: readU32(bytes, start),
    windowBytes: readU32(bytes, start + 4),
    outboundStreams: readU16(bytes, start + 8),
    inboundStreams: readU16(bytes, start + 10),
    initialTsn: readU32(bytes, start + 12),
    parametersStart: start + INIT_FIELDS_BYTES,
    parametersEnd: end,
  };
}

/** Writes fields and parameters. @param at index after the chunk's header */
export function writeInitFields(bytes: Uint8Array, at: number, init: OutgoingInit): void {
  writeU32(bytes, at, init.initiateTag);
  writeU32(bytes, at + 4, init.windowBytes);
  writeU16(bytes, at + 8, init.outboundStreams);
  writeU16(bytes, at + 10, init.inboundStreams);
  writeU32(bytes, at + 12, init.initialTsn);
  bytes.set(init.parameters, at + INIT_FIELDS_BYTES);
}

/** Encodes an INIT chunk on its own, without padding: what SDP carries (draft-hancke-tsvwg-snap, `a=sctp-init`). */
export function encodeInitChunk(init: OutgoingInit): Uint8Array<ArrayBuffer> {
  const length = CHUNK_HEADER_BYTES + INIT_FIELDS_BYTES + init.parameters.byteLength;
  const bytes = new Uint8Array(length);
  bytes[0] = ChunkType.INIT;
  writeU16(bytes, 2, length);
  writeInitFields(bytes, CHUNK_HEADER_BYTES, init);
  return bytes;
}

/** Decodes an INIT chunk on its own, with or without padding. @returns undefined if the bytes are not exactly one */
export function decodeInitChunk(bytes: Uint8Array): IncomingInit | undefined {
  if (bytes.byteLength < CHUNK_HEADER_BYTES || bytes[0] !== ChunkType.INIT) return undefined;
  const length = readU16(bytes, 2);
  const after = bytes.byteLength - length;
  if (after < 0 || after > 3) return undefined;
  return readInitFields(bytes, CHUNK_HEADER_BYTES, length);
}
