/* Certificates with keys that this package doesn't make. Making a key takes long, so each is made once, when a test needs it. */
import { createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import { type Certificate, certify, createCertificate } from "../certificate/create-certificate.ts";
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
