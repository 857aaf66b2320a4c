/* What certificate requests and certificates have in common: names, extensions, signatures (RFC 5280). */
import { type KeyObject, sign } from "node:crypto";
import { bitString, contextValue, isTrue, objectId, octetString, sequence, set, utf8String } from "./der.ts";

const ECDSA_WITH_SHA256 = "2a8648ce3d040302";
const COMMON_NAME = "550403";
const SUBJECT_ALTERNATIVE_NAME = "551d11";
/** `dNSName` among the kinds of GeneralName (RFC 5280, 4.2.1.6). */
const DNS_NAME = 2;

/** The algorithm of {@link signed}. */
export const signatureAlgorithm = (): Buffer => sequence(objectId(ECDSA_WITH_SHA256));

/** A structure with its signature, by a key on P-256: the form of certificates and of requests. */
export function signed(content: Uint8Array, key: KeyObject): Buffer {
  return sequence(content, signatureAlgorithm(), bitString(sign("sha256", content, key)));
}

export function extension(id: string, value: Uint8Array, { critical }: { readonly critical: boolean }): Buffer {
  return sequence(objectId(id), ...(critical ? [isTrue()] : []), octetString(value));
}

/** @param domains in ASCII */
export function alternativeNames(domains: readonly string[]): Buffer {
  const names = domains.map((domain) => contextValue(DNS_NAME, Buffer.from(domain, "ascii")));
  return extension(SUBJECT_ALTERNATIVE_NAME, sequence(...names), { critical: false });
}

export function commonName(text: string): Buffer {
  return sequence(set(sequence(objectId(COMMON_NAME), utf8String(text))));
}

export function pem(label: string, der: Uint8Array): string {
  const lines = Buffer.from(der)
    .toString("base64")
    .replaceAll(/.{64}(?=.)/gu, "$&\n");
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}
