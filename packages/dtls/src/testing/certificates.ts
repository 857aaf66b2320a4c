/* Certificates with keys that this package doesn't make. Making a key takes long, so each is made once, when a test needs it. */
import { createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import { type Certificate, certify, createCertificate } from "../certificate/create-certificate.ts";
import { bitString, integer, objectId, sequence, set, utcTime, utf8String, version3 } from "../certificate/der.ts";
import { RSA_2048 } from "./rsa-key.ts";

const made = new Map<string, Certificate>();

function once(name: string, make: () => Certificate): Certificate {
  const certificate = made.get(name) ?? make();
  made.set(name, certificate);
  return certificate;
}

/** Another certificate on P-256, which nobody expects. */
export const strangersCertificate = (): Certificate => once("stranger", () => createCertificate({ commonName: "stranger" }));

export const rsaCertificate = (): Certificate =>
  once("rsa", () => {
    const privateKey = createPrivateKey({ key: Buffer.from(RSA_2048, "base64"), format: "der", type: "pkcs8" });
    return certify({ privateKey, publicKey: createPublicKey(privateKey) }, { commonName: "rsa" });
  });

export const shortRsaCertificate = (): Certificate =>
  once("short rsa", () => certify(generateKeyPairSync("rsa", { modulusLength: 1024 }), { commonName: "short rsa" }));

export const curveCertificate = (namedCurve: string): Certificate =>
  once(namedCurve, () => certify(generateKeyPairSync("ec", { namedCurve }), { commonName: namedCurve }));

const ECDSA_WITH_SHA256 = sequence(objectId("2a8648ce3d040302"));
const NAME = sequence(set(sequence(objectId("550403"), utf8String("any"))));
const VALIDITY = sequence(utcTime(new Date("2026-01-01")), utcTime(new Date("2036-01-01")));

/** A certificate with any key, whose own signature is wrong. @param version none: version 1 */
export function certificateWith(subjectPublicKeyInfo: Uint8Array, version: Uint8Array = version3()): Uint8Array {
  const content = sequence(version, integer(Uint8Array.of(0x45)), ECDSA_WITH_SHA256, NAME, VALIDITY, NAME, subjectPublicKeyInfo);
  return sequence(content, ECDSA_WITH_SHA256, bitString(Uint8Array.of(0x30, 0)));
}

/** SubjectPublicKeyInfo of an elliptic curve. @param parameters DER */
export const ecKeyInfo = (parameters: Uint8Array, point: Uint8Array): Uint8Array =>
  sequence(sequence(objectId("2a8648ce3d0201"), parameters), bitString(point));

/** SubjectPublicKeyInfo of RSA. @param modulus and exponent as the content of an INTEGER */
export const rsaKeyInfo = (modulus: Uint8Array, exponent: Uint8Array, parameters: Uint8Array = Uint8Array.of(5, 0)): Uint8Array =>
  sequence(sequence(objectId("2a864886f70d010101"), parameters), bitString(sequence(integer(modulus), integer(exponent))));
