import { createHash, generateKeyPairSync, verify, X509Certificate } from "node:crypto";
import { describe, expect, test } from "vitest";
import { testCertificate } from "../testing/test-certificate.ts";
import { createCertificateRequest } from "./certificate-request.ts";
import { readIssued } from "./issued-certificate.ts";
import { createChallengeCertificate, createPlaceholderCertificate } from "./self-signed.ts";

const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
const key = privateKey.export({ type: "pkcs8", format: "pem" }) as string;
const domains = ["relay.example.org", "films.example.net"];
const validFrom = Date.parse("2026-01-01T00:00:00Z");
const validTo = Date.parse("2026-04-01T00:00:00Z");

/** The contents of the value at an offset, and where the next one begins. */
function valueAt(der: Buffer, at: number): { readonly start: number; readonly end: number } {
  const first = der[at + 1] ?? 0;
  const bytes = first < 0x80 ? 0 : first & 0x7f;
  const length = bytes === 0 ? first : der.readUIntBE(at + 2, bytes);
  return { start: at + 2 + bytes, end: at + 2 + bytes + length };
}

test("a request has the key and the names, and is signed with the key", () => {
  const request = createCertificateRequest(privateKey, domains);
  const { start } = valueAt(request, 0);
  const content = valueAt(request, start);
  const algorithm = valueAt(request, content.end);
  const signature = valueAt(request, algorithm.end);
  const signedBytes = request.subarray(start, content.end);
  expect(verify("sha256", signedBytes, publicKey, request.subarray(signature.start + 1, signature.end))).toBe(true);
  expect(signature.end).toBe(request.length);
  expect(signedBytes.includes(publicKey.export({ type: "spki", format: "der" }))).toBe(true);
  for (const domain of domains) expect(signedBytes.includes(Buffer.from(domain))).toBe(true);
});

describe("a certificate of our own", () => {
  test("for a challenge is for the name, and has the hash of the key authorization in a critical extension", () => {
    const { cert, key: own } = createChallengeCertificate("relay.example.org", "token.thumbprint");
    const read = new X509Certificate(cert);
    expect(read.subjectAltName).toBe("DNS:relay.example.org");
    expect(read.verify(read.publicKey)).toBe(true);
    expect(own).toContain("BEGIN PRIVATE KEY");
    const digest = createHash("sha256").update("token.thumbprint").digest("hex");
    // OID, TRUE, OCTET STRING in OCTET STRING (RFC 8737, 3).
    expect(read.raw.toString("hex")).toContain(`06082b0601050507011f0101ff04220420${digest}`);
  });

  test("to begin with is for the name", () => {
    expect(new X509Certificate(createPlaceholderCertificate("relay.example.org").cert).checkHost("relay.example.org")).toBeDefined();
  });
});

describe("an issued certificate", () => {
  const issued = (serial: string): string => testCertificate({ domains, key: privateKey, validFrom, validTo, serial });

  test("is read with issuer, dates and names", () => {
    expect(readIssued({ cert: issued("01"), key }, domains)).toMatchObject({ issuer: "Test CA", validFrom, validTo, domains });
  });

  test("has the id for renewal information of RFC 9773, 4.1", () => {
    expect(readIssued({ cert: issued("0087654321"), key }, domains).renewalId).toBe("aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE");
  });

  test.each([
    ["for another key", () => issued("01"), createPlaceholderCertificate("a.example").key, domains, /another key/u],
    ["for other names", () => issued("01"), key, ["other.example.org"], /not for other\.example\.org/u],
    ["that can't be read", () => "nonsense", key, domains, /can't be read/u],
  ])("%s is refused", (_, cert, withKey, names, message) => {
    expect(() => readIssued({ cert: cert(), key: withKey }, names)).toThrow(
      expect.objectContaining({ reason: "bad-certificate", message: expect.stringMatching(message) }),
    );
  });
});
