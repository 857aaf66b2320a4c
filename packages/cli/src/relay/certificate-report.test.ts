import { expect, test } from "vitest";
import { AcmeError, type AcmeErrorReason } from "../certificate/acme-error.ts";
import type { IssuedCertificate } from "../certificate/issued-certificate.ts";
import type { KeeperEvent } from "../certificate/keep-certificate.ts";
import { certificateReport } from "./certificate-report.ts";

const NOW = Date.parse("2026-01-10T12:00:00Z");
const HOUR = 3_600_000;
const here = { domains: ["relay.example.org"], ca: "ca.example", http: true };
const certificate: IssuedCertificate = {
  cert: "",
  key: "a secret",
  domains: here.domains,
  issuer: "Test CA",
  validFrom: Date.parse("2026-01-01T00:00:00Z"),
  validTo: Date.parse("2026-04-01T00:00:00Z"),
};
const failed = (reason: AcmeErrorReason, before?: IssuedCertificate): KeeperEvent => ({
  type: "failed",
  error: new AcmeError(reason, "the CA's words"),
  before,
  nextTry: NOW + 2 * HOUR,
});

test("a certificate is reported with its dates, and without its key", () => {
  const renewsAt = Date.parse("2026-03-02T00:00:00Z");
  const { event, text, isTrouble } = certificateReport({ type: "certificate", certificate, from: "ca", renewsAt }, here, NOW);
  expect(event).toEqual({
    event: "certificate",
    domains: here.domains,
    issuer: "Test CA",
    from: "ca",
    expires: "2026-04-01T00:00:00.000Z",
    renews: "2026-03-02T00:00:00.000Z",
  });
  expect(text).toBe("Certificate issued by Test CA: valid until 2026-04-01, renewed by itself from 2026-03-02 on.");
  expect(isTrouble).toBe(false);
});

test("an expired certificate is trouble", () => {
  const old = { ...certificate, validTo: NOW - 1 };
  const report = certificateReport({ type: "certificate", certificate: old, from: "disk", renewsAt: 0 }, here, NOW);
  expect(report).toMatchObject({ isTrouble: true, event: { expired: true }, text: expect.stringMatching(/expired on 2026-01-10/u) });
});

test.each<[string, IssuedCertificate | undefined, RegExp]>([
  ["none before", undefined, /^There is no certificate yet, so nobody can use the relay: /u],
  ["a valid one", certificate, /^The certificate could not be renewed; it is valid until 2026-04-01: /u],
  ["an expired one", { ...certificate, validTo: NOW - 1 }, /^The certificate expired on 2026-01-10, so browsers refuse the relay/u],
])("a failure with %s says what that means, and when the next attempt is", (_, before, text) => {
  const report = certificateReport(failed("name-unresolved", before), here, NOW);
  expect(report.text).toMatch(text);
  expect(report.text).toMatch(/the CA can't look up relay\.example\.org \(the CA's words\)\. Create a DNS record/u);
  expect(report.text).toMatch(/Next attempt in 2 h, at 2026-01-10 14:00 UTC\.$/u);
  expect(report.event).toMatchObject({ event: "certificate-failed", reason: "name-unresolved", nextTry: "2026-01-10T14:00:00.000Z" });
});

test("what the CA writes can't control the terminal", () => {
  const event: KeeperEvent = { type: "failed", error: new AcmeError("refused", "a\u001B[2Jb"), before: undefined, nextTry: NOW };
  expect(certificateReport(event, here, NOW).text).not.toContain("\u001B");
});

test.each<[AcmeErrorReason, boolean, RegExp]>([
  ["name-unreachable", true, /Open TCP ports 80 and 443/u],
  ["name-unreachable", false, /Open TCP port 443 \(port 80 can't be used here\)/u],
  ["wrong-answer", false, /Port 80 is another program's/u],
  ["rate-limited", true, /Leave the relay running/u],
  ["caa-forbids", true, /Add ca\.example to the domain's CAA records/u],
  ["ca-untrusted", true, /--acme-ca FILE/u],
  ["no-challenge", false, /Free port 80/u],
  ["bad-certificate", true, /clock/u],
])("%s (http: %s) says what to do", (reason, http, todo) => {
  expect(certificateReport(failed(reason), { ...here, http }, NOW).event["todo"]).toMatch(todo);
});

test("a certificate that can't be saved is reported", () => {
  const report = certificateReport({ type: "not-saved", error: new Error("The disk is full.") }, here, NOW);
  expect(report.text).toBe("The disk is full. The relay goes on, but after a restart it needs another certificate.");
});
