/* Certificates of peers, who may have put anything into them: the fingerprint says only that these are the bytes that they announced. */
import { generateKeyPairSync, sign, X509Certificate } from "node:crypto";
import { describe, expect, test } from "vitest";
import { concat } from "../bytes/byte-parts.ts";
import { isSignatureOf, SIGNATURE_SCHEMES } from "../crypto/signature-scheme.ts";
import { certificateWith, curveCertificate, ecKeyInfo, rsaCertificate, rsaKeyInfo, shortRsaCertificate } from "../testing/certificates.ts";
import { flipBit } from "../testing/changes.ts";
import { mulberry32 } from "../testing/mulberry32.ts";
import { createCertificate } from "./create-certificate.ts";
import { objectId, sequence } from "./der.ts";
import { readPeerKey } from "./peer-key.ts";

const P256 = objectId("2a8648ce3d030107");
const P384 = objectId("2b81040022");
const NONE = new Uint8Array(0);
const pointOf = (certificateDer: Uint8Array): Uint8Array =>
  new X509Certificate(certificateDer).publicKey.export({ type: "spki", format: "der" }).subarray(-65);
const POINT = pointOf(createCertificate().certificateDer);
/** Odd numbers that begin with a bit that is set. */
const modulus = (bits: number): Uint8Array => concat(Uint8Array.of(0), new Uint8Array(bits / 8).fill(0xc1));
const F4 = Uint8Array.of(1, 0, 1);

const ACCEPTED: readonly (readonly [string, Uint8Array, "ecdsa" | "rsa"])[] = [
  ["P-256", createCertificate().certificateDer, "ecdsa"],
  ["P-384", curveCertificate("secp384r1").certificateDer, "ecdsa"],
  ["RSA with 2048 bits", rsaCertificate().certificateDer, "rsa"],
  ["RSA with 8192 bits", certificateWith(rsaKeyInfo(modulus(8192), Uint8Array.of(3))), "rsa"],
  ["P-256, in a certificate of version 1", certificateWith(ecKeyInfo(P256, POINT), NONE), "ecdsa"],
];

const point = (first: number, rest: Uint8Array): Uint8Array => concat(Uint8Array.of(first), rest);

/** DER allows only the shortest form of a length (X.690, 10.1). */
const keyInfoWithLongLength = sequence(sequence(objectId("2a8648ce3d0201"), P256), Uint8Array.of(3, 0x81, 66, 0, ...POINT));

const REFUSED: readonly (readonly [string, Uint8Array, string])[] = [
  ["whose point is at infinity", ecKeyInfo(P256, Uint8Array.of(0)), "the key is not an uncompressed point"],
  ["without a point", ecKeyInfo(P256, NONE), "the key is not an uncompressed point"],
  [
    "whose point is compressed",
    ecKeyInfo(P256, point(2 + (POINT[64]! & 1), POINT.subarray(1, 33))),
    "the key is not an uncompressed point",
  ],
  ["whose point is hybrid", ecKeyInfo(P256, point(6 + (POINT[64]! & 1), POINT.subarray(1))), "the key is not an uncompressed point"],
  ["whose point is zero", ecKeyInfo(P256, point(4, new Uint8Array(64))), "the key is not a point of its curve"],
  ["whose point is not on the curve", ecKeyInfo(P256, flipBit(POINT, -1)), "the key is not a point of its curve"],
  ["with a point of another curve", ecKeyInfo(P384, POINT), "the key is not an uncompressed point"],
  ["without a curve", ecKeyInfo(NONE, POINT), "keys on this curve are not supported"],
  ["with a curve of its own", ecKeyInfo(sequence(P256), POINT), "keys on this curve are not supported"],
  ["with bytes after the curve", ecKeyInfo(concat(P256, P256), POINT), "keys on this curve are not supported"],
  ["of RSA with 2040 bits", rsaKeyInfo(modulus(2040), F4), "RSA keys of 2040 bits are not accepted"],
  ["of RSA with 8200 bits", rsaKeyInfo(modulus(8200), F4), "RSA keys of 8200 bits are not accepted"],
  ["of RSA with the exponent 1", rsaKeyInfo(modulus(2048), Uint8Array.of(1)), "the RSA key's numbers are not accepted"],
  ["of RSA with an even exponent", rsaKeyInfo(modulus(2048), Uint8Array.of(2)), "the RSA key's numbers are not accepted"],
  ["of RSA with a long exponent", rsaKeyInfo(modulus(2048), Uint8Array.of(1, 0, 0, 0, 1)), "the RSA key's numbers are not accepted"],
  ["of RSA with an even modulus", rsaKeyInfo(flipBit(modulus(2048), -1), F4), "the RSA key's numbers are not accepted"],
  ["of RSA with the exponent 0", rsaKeyInfo(modulus(2048), Uint8Array.of(0)), "the RSA key can't be read"],
  ["of RSA with a negative exponent", rsaKeyInfo(modulus(2048), Uint8Array.of(0xff)), "the RSA key can't be read"],
  ["of RSA with a negative modulus", rsaKeyInfo(modulus(2048).subarray(1), F4), "the RSA key can't be read"],
  ["of RSA without a modulus", rsaKeyInfo(NONE, F4), "the RSA key can't be read"],
  ["of RSA without NULL", rsaKeyInfo(modulus(2048), F4, NONE), "this type of key is not supported"],
];

describe("the key of a peer", () => {
  test.each(ACCEPTED)("on %s is accepted", (_, certificateDer, type) => {
    expect(readPeerKey(certificateDer)).toMatchObject({ type });
  });

  test.each(ACCEPTED.slice(0, 3))("on %s is the one that node:crypto reads", (_, certificateDer) => {
    const key = readPeerKey(certificateDer);
    expect(typeof key !== "string" && key.key.equals(new X509Certificate(certificateDer).publicKey)).toBe(true);
  });

  test.each(REFUSED)("%s is refused", (_, keyInfo, why) => {
    expect(readPeerKey(certificateWith(keyInfo))).toBe(why);
  });

  test.each([
    ["on another curve", curveCertificate("secp256k1").certificateDer, "keys on this curve are not supported"],
    ["of RSA with 1024 bits", shortRsaCertificate().certificateDer, "RSA keys of 1024 bits are not accepted"],
    ["that can't be read", Uint8Array.of(0x30, 0), "the certificate can't be read"],
    ["that is missing", NONE, "the certificate can't be read"],
    ["followed by a byte", concat(createCertificate().certificateDer, Uint8Array.of(0)), "the certificate can't be read"],
    ["with a length in a longer form", certificateWith(keyInfoWithLongLength), "the certificate can't be read"],
  ])("%s is refused", (_, certificateDer, why) => {
    expect(readPeerKey(certificateDer)).toBe(why);
  });

  test.each(["ed25519", "rsa-pss"] as const)("of the type %s is refused", (type) => {
    const { publicKey } = type === "ed25519" ? generateKeyPairSync(type) : generateKeyPairSync(type, { modulusLength: 512 });
    expect(readPeerKey(certificateWith(publicKey.export({ type: "spki", format: "der" })))).toBe("this type of key is not supported");
  });

  test("of a certificate that was changed at random never throws, and neither does a check of its signatures", () => {
    const random = mulberry32(509);
    const signature = sign("sha256", NONE, createCertificate().privateKey);
    for (const original of ACCEPTED.slice(0, 3).map(([, certificateDer]) => certificateDer)) {
      for (let count = 0; count < 300; count += 1) {
        const bytes = Uint8Array.from(original);
        for (let flips = 0; flips < 3; flips += 1) bytes[Math.floor(random() * bytes.byteLength)] = Math.floor(random() * 256);
        const key = readPeerKey(random() < 0.2 ? bytes.subarray(0, Math.floor(random() * bytes.byteLength)) : bytes);
        const scheme = SIGNATURE_SCHEMES[count % SIGNATURE_SCHEMES.length]!;
        if (typeof key !== "string")
          expect(isSignatureOf(key, scheme, NONE, count % 2 === 0 ? signature : new Uint8Array(256))).toBe(false);
      }
    }
  });
});
