/*
 * use_srtp (RFC 5764, 4.1.1): the profiles of SRTP that a side knows, or the one that the server has chosen.
 *
 *  0                 2            2 + n
 * +-----------------+------------+------------------------+
 * | bytes (n)       | profiles … | key identifier (1+)    |
 * +-----------------+------------+------------------------+
 *
 * Nothing here carries media. But pion ends a handshake, as either side, that has not agreed on a profile, so one is always negotiated.
 */
import { concat, vector8 } from "../bytes/byte-parts.ts";
import { ByteReader, readU16List } from "../bytes/byte-reader.ts";
import { encodeU16List } from "./extensions.ts";

/** SRTP_AEAD_AES_128_GCM (RFC 7714, 14.2), and SRTP_AES128_CM_HMAC_SHA1_80, which all WebRTC endpoints have (RFC 8827, 6.5). */
export const SRTP_PROFILES: readonly number[] = [0x0007, 0x0001];

/** Without a key identifier. */
export function encodeUseSrtp(profiles: readonly number[]): Uint8Array {
  return concat(encodeU16List(profiles), vector8());
}

/** @returns the profiles; undefined if the bytes are not exactly a use_srtp */
export function decodeUseSrtp(data: Uint8Array): number[] | undefined {
  const reader = new ByteReader(data);
  const profiles = readU16List(reader.vector16(2, 0xfffe));
  reader.vector8(0, 0xff);
  return reader.complete ? profiles : undefined;
}

/** @returns our answer to a client's use_srtp: none where no profile is in common, which is not an error (RFC 5764, 4.1.1) */
export function chooseSrtpProfile(offered: readonly number[]): number | undefined {
  return SRTP_PROFILES.find((profile) => offered.includes(profile));
}
