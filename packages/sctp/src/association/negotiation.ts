import type { IncomingInit, OutgoingInit } from "../wire/init-chunk.ts";
import { ChunkType } from "../wire/chunk-type.ts";
import { ParameterBuilder, ParameterReader } from "../wire/parameters.ts";
import { ParameterType, stopsAtUnknownParameter, ZERO_CHECKSUM_OVER_DTLS } from "../wire/parameter-type.ts";

/** Extensions that a peer announced, as bits. */
export const Feature = {
  /** FORWARD TSN (RFC 3758). */
  FORWARD_TSN: 1,
  /** RE-CONFIG (RFC 6525). */
  RE_CONFIG: 2,
  /** It accepts packets without a checksum (RFC 9653). */
  ZERO_CHECKSUM: 4,
  /** I-DATA (RFC 8260). */
  I_DATA: 8,
  /** I-FORWARD-TSN (RFC 8260). */
  I_FORWARD_TSN: 16,
} as const;

/** What this side announces. */
export interface OwnInit {
  readonly tag: number;
  readonly initialTsn: number;
  readonly windowBytes: number;
  readonly streams: number;
  readonly acceptsZeroChecksum: boolean;
  readonly interleaves: boolean;
}

/** What the peer announced. */
export interface PeerInit {
  readonly tag: number;
  readonly initialTsn: number;
  readonly windowBytes: number;
  readonly outboundStreams: number;
  readonly inboundStreams: number;
  readonly features: number;
  /** Of an INIT ACK. */
  readonly cookie: Uint8Array | undefined;
}

/** The fields of an INIT; with a cookie, of an INIT ACK. */
export function initOf(own: OwnInit, cookie?: Uint8Array): OutgoingInit {
  const parameters = new ParameterBuilder();
  if (cookie !== undefined) parameters.add(ParameterType.STATE_COOKIE, cookie);
  parameters.add(ParameterType.FORWARD_TSN_SUPPORTED);
  const interleaving = own.interleaves ? [ChunkType.I_DATA, ChunkType.I_FORWARD_TSN] : [];
  parameters.add(ParameterType.SUPPORTED_EXTENSIONS, Uint8Array.of(ChunkType.RE_CONFIG, ChunkType.FORWARD_TSN, ...interleaving));
  if (own.acceptsZeroChecksum) parameters.add(ParameterType.ZERO_CHECKSUM_ACCEPTABLE, Uint8Array.of(0, 0, 0, ZERO_CHECKSUM_OVER_DTLS));
  return {
    initiateTag: own.tag,
    windowBytes: own.windowBytes,
    outboundStreams: own.streams,
    inboundStreams: own.streams,
    initialTsn: own.initialTsn,
    parameters: parameters.finish(),
  };
}

/** Reads an INIT or INIT ACK. @returns undefined if RFC 9260, 3.3.2 forbids it: a tag of 0, no streams, or parameters whose lengths are wrong */
export function readInit(bytes: Uint8Array, init: IncomingInit): PeerInit | undefined {
  const { initiateTag, windowBytes, outboundStreams, inboundStreams, initialTsn } = init;
  if (initiateTag === 0 || outboundStreams === 0 || inboundStreams === 0) return undefined;
  const reader = new ParameterReader(bytes, init.parametersStart, init.parametersEnd);
  let features = 0;
  let cookie: Uint8Array | undefined;
  while (reader.next()) {
    const value = bytes.subarray(reader.valueStart, reader.end);
    if (reader.type === ParameterType.STATE_COOKIE) cookie = value.slice();
    else if (reader.type === ParameterType.FORWARD_TSN_SUPPORTED) features |= Feature.FORWARD_TSN;
    else if (reader.type === ParameterType.SUPPORTED_EXTENSIONS) features |= extensionsOf(value);
    else if (reader.type === ParameterType.ZERO_CHECKSUM_ACCEPTABLE)
      features |= value[3] === ZERO_CHECKSUM_OVER_DTLS ? Feature.ZERO_CHECKSUM : 0;
    else if (!KNOWN.has(reader.type) && stopsAtUnknownParameter(reader.type)) break;
  }
  if (reader.malformed) return undefined;
  return { tag: initiateTag, initialTsn, windowBytes, outboundStreams, inboundStreams, features, cookie };
}

/** Parameters that are known and not used. */
const KNOWN: ReadonlySet<number> = new Set([
  ParameterType.IPV4_ADDRESS,
  ParameterType.IPV6_ADDRESS,
  ParameterType.COOKIE_PRESERVATIVE,
  ParameterType.SUPPORTED_ADDRESS_TYPES,
  ParameterType.UNRECOGNIZED_PARAMETER,
  ParameterType.ECN_CAPABLE,
]);

const EXTENSIONS = [
  [ChunkType.RE_CONFIG, Feature.RE_CONFIG],
  [ChunkType.FORWARD_TSN, Feature.FORWARD_TSN],
  [ChunkType.I_DATA, Feature.I_DATA],
  [ChunkType.I_FORWARD_TSN, Feature.I_FORWARD_TSN],
] as const;

function extensionsOf(types: Uint8Array): number {
  return EXTENSIONS.reduce((features, [type, feature]) => features | (types.includes(type) ? feature : 0), 0);
}
