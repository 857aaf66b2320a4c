import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { exportKey } from "./certificate-store.ts";
import { readIssued } from "./issued-certificate.ts";
import { testCertificate } from "./testing/test-certificate.ts";

const { privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
const key = exportKey(privateKey);
const otherKey = exportKey(generateKeyPairSync("ec", { namedCurve: "prime256v1" }).privateKey);
const domains = ["relay.example.org", "films.example.net"];
const validFrom = Date.parse("2026-01-01T00:00:00Z");
const validTo = Date.parse("2026-04-01T00:00:00Z");

describe("an issued certificate", () => {
  const issued = (): Promise<string> => testCertificate({ domains, key: privateKey, validFrom, validTo });

  test("is read with issuer, dates and names", async () => {
    expect(readIssued({ cert: await issued(), key }, domains)).toMatchObject({ issuer: "Test CA", validFrom, validTo, domains });
  });

  test.each([
    ["for another key", issued, otherKey, domains, /another key/u],
    ["for other names", issued, key, ["other.example.org"], /not for other\.example\.org/u],
    ["that can't be read", async () => "nonsense", key, domains, /can't be read/u],
  ])("%s is refused", async (_, issue, withKey, names, message) => {
    const cert = await issue();
    expect(() => readIssued({ cert, key: withKey }, names)).toThrow(
      expect.objectContaining({ reason: "bad-certificate", message: expect.stringMatching(message) }),
    );
  });
});
