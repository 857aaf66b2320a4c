import { createPublicKey, X509Certificate } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createCertificate } from "./create-certificate.ts";
import { expectFingerprints, fingerprintOf, isExpected } from "./fingerprint.ts";

describe("a certificate of our own", () => {
  const certificate = createCertificate({ commonName: "example", now: new Date("2026-03-04T05:06:07Z") });
  const read = new X509Certificate(certificate.certificateDer);

  test("is self-signed, with a key on P-256", () => {
    expect(read.verify(read.publicKey)).toBe(true);
    expect(read.checkPrivateKey(certificate.privateKey)).toBe(true);
    expect([read.subject, read.issuer]).toEqual(["CN=example", "CN=example"]);
    expect(createPublicKey(certificate.privateKey).asymmetricKeyDetails).toEqual({ namedCurve: "prime256v1" });
  });

  test("is valid from the day before for 31 days", () => {
    expect([read.validFrom, read.validTo]).toEqual(["Mar  3 05:06:07 2026 GMT", "Apr  3 05:06:07 2026 GMT"]);
  });

  test("has the fingerprint that Node computes", () => {
    expect(certificate.fingerprint).toBe(read.fingerprint256);
    expect(fingerprintOf(certificate.certificateDer, "sha-512")).toBe(read.fingerprint512);
  });

  test("has a positive serial number of 16 bytes, and a new one each time", () => {
    const serials = Array.from({ length: 50 }, () => new X509Certificate(createCertificate().certificateDer).serialNumber);
    expect(new Set(serials).size).toBe(50);
    for (const serial of serials) expect(serial).toMatch(/^[4-7][0-9A-F]{31}$/u);
  });

  test("may have a long name", () => {
    const long = new X509Certificate(createCertificate({ commonName: "n".repeat(64) }).certificateDer);
    expect(long.subject).toBe(`CN=${"n".repeat(64)}`);
  });
});

describe("fingerprints of a description", () => {
  const { certificateDer, fingerprint } = createCertificate();
  const sha512 = fingerprintOf(certificateDer, "sha-512");
  const expects = (...fingerprints: { algorithm: string; value: string }[]): boolean => {
    const expected = expectFingerprints(fingerprints);
    return expected !== undefined && isExpected(certificateDer, expected);
  };

  test("match in upper and lower case", () => {
    expect(expects({ algorithm: "SHA-256", value: fingerprint.toLowerCase() })).toBe(true);
  });

  test("of several certificates: one of them must match", () => {
    const other = { algorithm: "sha-256", value: createCertificate().fingerprint };
    expect(expects(other, { algorithm: "sha-256", value: fingerprint })).toBe(true);
    expect(expects(other)).toBe(false);
  });

  test("of several hash functions: only those of the strongest count (RFC 8122, 5.1)", () => {
    const wrong = fingerprintOf(createCertificate().certificateDer, "sha-512");
    expect(expects({ algorithm: "sha-256", value: fingerprint }, { algorithm: "sha-512", value: sha512 })).toBe(true);
    expect(expects({ algorithm: "sha-256", value: fingerprint }, { algorithm: "sha-512", value: wrong })).toBe(false);
  });

  test.each([
    ["SHA-1", "sha-1", new X509Certificate(certificateDer).fingerprint],
    ["a truncated value", "sha-256", fingerprint.slice(0, -3)],
    ["an empty value", "sha-256", ""],
    ["a value without colons", "sha-256", fingerprint.replaceAll(":", "")],
  ])("with %s do not match", (_, algorithm, value) => {
    expect(expects({ algorithm, value })).toBe(false);
  });

  test("without a supported hash function are none", () => {
    expect(expectFingerprints([])).toBeUndefined();
    expect(expectFingerprints([{ algorithm: "md5", value: "00" }])).toBeUndefined();
  });
});
