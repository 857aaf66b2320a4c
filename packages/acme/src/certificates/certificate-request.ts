import { createPublicKey, type KeyObject } from "node:crypto";
import { contextParts, integer, objectId, sequence, set } from "./der.ts";
import { alternativeNames, signed } from "./x509.ts";

const EXTENSION_REQUEST = "2a864886f70d01090e";

/**
 * A request for a certificate (PKCS #10, RFC 2986) for these names. Its subject is empty: CAs take the names from the extension (RFC 8555, 7.4).
 * @param key private, on P-256
 * @returns DER
 */
export function createCertificateRequest(key: KeyObject, domains: readonly string[]): Buffer {
  const publicKey = createPublicKey(key).export({ type: "spki", format: "der" });
  const version = integer(Uint8Array.of(0));
  const attributes = contextParts(0, sequence(objectId(EXTENSION_REQUEST), set(sequence(alternativeNames(domains)))));
  return signed(sequence(version, sequence(), publicKey, attributes), key);
}
