import { createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { contextParts, contextValue, integer, sequence, utcTime } from "../certificates/der.ts";
import { alternativeNames, commonName, extension, pem, signatureAlgorithm, signed } from "../certificates/x509.ts";

export interface TestCertificateOptions {
  readonly domains: readonly string[];
  /** The certified key, public or private. */
  readonly key: KeyObject;
  /** Milliseconds since 1970. */
  readonly validFrom: number;
  /** Milliseconds since 1970. */
  readonly validTo: number;
  /** Bytes in hexadecimal. */
  readonly serial?: string;
}

/** `id-ce-authorityKeyIdentifier`. */
const AUTHORITY_KEY_ID = "551d23";
const VERSION = 2;
export const TEST_KEY_ID: Buffer = Buffer.from("69885b6b87464041e1b37b847ba0ae2cde01c8d4", "hex");

const issuer = generateKeyPairSync("ec", { namedCurve: "prime256v1" }).privateKey;

/** A certificate as a CA issues it, PEM. */
export function testCertificate({ domains, key, validFrom, validTo, serial = "0123456789" }: TestCertificateOptions): string {
  const publicKey = key.type === "private" ? createPublicKey(key) : key;
  const content = sequence(
    contextParts(0, integer(Uint8Array.of(VERSION))),
    integer(Buffer.from(serial, "hex")),
    signatureAlgorithm(),
    commonName("Test CA"),
    sequence(utcTime(new Date(validFrom)), utcTime(new Date(validTo))),
    sequence(),
    publicKey.export({ type: "spki", format: "der" }),
    contextParts(
      3,
      sequence(extension(AUTHORITY_KEY_ID, sequence(contextValue(0, TEST_KEY_ID)), { critical: false }), alternativeNames(domains)),
    ),
  );
  return pem("CERTIFICATE", signed(content, issuer));
}
