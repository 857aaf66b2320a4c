import { generateKeyPairSync, type KeyObject, type KeyPairKeyObjectResult, randomBytes } from "node:crypto";
import { signEcdsa } from "../crypto/signature-scheme.ts";
import { bitString, integer, objectId, sequence, set, utcTime, utf8String, version3 } from "./der.ts";
import { fingerprintOf } from "./fingerprint.ts";

/** A certificate with its private key: what a side authenticates itself with. */
export interface Certificate {
  readonly certificateDer: Uint8Array;
  readonly privateKey: KeyObject;
  /** SHA-256, as in `a=fingerprint:sha-256 AB:CD:…` (RFC 8122, 5). */
  readonly fingerprint: string;
}

export interface CertificateOptions {
  /** Common name of subject and issuer: nobody checks it. @default "DTLS" */
  readonly commonName?: string;
  /** When it is made. @default now */
  readonly now?: Date;
}

const DAY_MS = 86_400_000;
/** Before the time of its making, for peers whose clock is behind. */
const VALID_BEFORE_MS: number = DAY_MS;
/** As in browsers (W3C WebRTC, generateCertificate). Peers that follow RFC 8827 look at the fingerprint only. */
const VALID_AFTER_MS: number = 30 * DAY_MS;
/** Enough that serial numbers don't repeat (RFC 5280, 4.1.2.2, allows 20). */
const SERIAL_BYTES = 16;

const ECDSA_WITH_SHA256 = "2a8648ce3d040302";
const COMMON_NAME = "550403";

/** Makes a self-signed certificate with a new key on P-256 (RFC 8827, 6.5), signed with SHA-256. */
export function createCertificate(options: CertificateOptions = {}): Certificate {
  return certify(generateKeyPairSync("ec", { namedCurve: "prime256v1" }), options);
}

/** Writes and signs a certificate for a key pair. Only tests have others than those on P-256. */
export function certify(
  { privateKey, publicKey }: KeyPairKeyObjectResult,
  { commonName = "DTLS", now = new Date() }: CertificateOptions,
): Certificate {
  const serial = randomBytes(SERIAL_BYTES);
  serial[0] = (serial[0]! & 0x3f) | 0x40;
  const algorithm = sequence(objectId(ECDSA_WITH_SHA256));
  const name = sequence(set(sequence(objectId(COMMON_NAME), utf8String(commonName))));
  const validity = sequence(utcTime(new Date(now.getTime() - VALID_BEFORE_MS)), utcTime(new Date(now.getTime() + VALID_AFTER_MS)));
  const subjectPublicKey = publicKey.export({ type: "spki", format: "der" });
  const content = sequence(version3(), integer(serial), algorithm, name, validity, name, subjectPublicKey);
  const certificateDer = sequence(content, algorithm, bitString(signEcdsa(privateKey, content)));
  return { certificateDer, privateKey, fingerprint: fingerprintOf(certificateDer, "sha-256") };
}
