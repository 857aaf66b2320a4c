/*
 * Extensions of the hello messages (RFC 5246, 7.4.1.4).
 *
 *  0                 2                 4                 6
 * +-----------------+-----------------+-----------------+---------+
 * | bytes of all    | type            | length          | data …  |  …
 * +-----------------+-----------------+-----------------+---------+
 */
import { concat, u16, u8, vector16, vector8 } from "../bytes/byte-parts.ts";
import { ByteReader, readU16List } from "../bytes/byte-reader.ts";

/** Extensions that are understood. All others are skipped, such as supported_versions of browsers. */
export const ExtensionType = {
  SUPPORTED_GROUPS: 10,
  EC_POINT_FORMATS: 11,
  SIGNATURE_ALGORITHMS: 13,
  USE_SRTP: 14,
  EXTENDED_MASTER_SECRET: 23,
  RENEGOTIATION_INFO: 0xff01,
} as const;

/** The extensions of a hello, by their type. */
export type Extensions = ReadonlyMap<number, Uint8Array>;

/** Uncompressed points (RFC 8422, 5.1.2). */
const UNCOMPRESSED = 0;

/** Extensions without content. */
export const EMPTY: Uint8Array = new Uint8Array(0);
/** renegotiation_info of a first handshake: a vector without content (RFC 5746, 3.2). */
export const FIRST_NEGOTIATION: Uint8Array = vector8();
/** ec_point_formats with the one form that is in use. */
export const ONLY_UNCOMPRESSED: Uint8Array = vector8(u8(UNCOMPRESSED));

/** The content of supported_groups and of signature_algorithms: a vector of numbers of two bytes each. */
export function encodeU16List(numbers: readonly number[]): Uint8Array {
  return vector16(...numbers.map(u16));
}

/** @returns undefined if it isn't exactly a vector with at least one number */
export function decodeU16List(data: Uint8Array): number[] | undefined {
  const reader = new ByteReader(data);
  const list = readU16List(reader.vector16(2, 0xfffe));
  return reader.complete ? list : undefined;
}

/** Whether ec_point_formats has uncompressed points, as it must (RFC 8422, 5.1.2). */
export function allowsUncompressed(data: Uint8Array): boolean {
  const reader = new ByteReader(data);
  const formats = reader.vector8(1, 0xff);
  return reader.complete && formats.includes(UNCOMPRESSED);
}

/** Whether extended_master_secret is there (RFC 7627, 5.1): it is empty. */
export function hasExtendedMasterSecret(extensions: Extensions): boolean {
  return extensions.get(ExtensionType.EXTENDED_MASTER_SECRET)?.byteLength === 0;
}

/** Whether renegotiation_info belongs to a first handshake (RFC 5746, 3.4 and 3.6). */
export function isFirstNegotiation(data: Uint8Array): boolean {
  return data.byteLength === FIRST_NEGOTIATION.byteLength && data[0] === 0;
}

export function encodeExtensions(extensions: Extensions): Uint8Array {
  return vector16(...[...extensions].map(([type, data]) => concat(u16(type), vector16(data))));
}

/** Reads the extensions at the end of a hello, which may be missing. @returns undefined if one is there twice, or they can't be read */
export function readExtensions(reader: ByteReader): Extensions | undefined {
  const extensions = new Map<number, Uint8Array>();
  if (reader.left === 0) return extensions;
  const inner = new ByteReader(reader.vector16(0, 0xffff));
  while (inner.left > 0) {
    const type = inner.u16();
    const data = inner.vector16(0, 0xffff);
    if (extensions.has(type)) return undefined;
    extensions.set(type, data);
  }
  return inner.complete ? extensions : undefined;
}
