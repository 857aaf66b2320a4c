import { expect, test } from "vitest";
import { resolveDomain } from "./domain-settings.ts";
import { checkRelayFlags, type RelayFlags } from "./relay-flags.ts";

const domain = ["relay.example.org"];
const flags = (changed: Partial<RelayFlags>): RelayFlags => ({ page: true, ...changed });

test.each<[string, Partial<RelayFlags>, RegExp]>([
  ["a certificate file with --domain", { domain, tlsCert: "cert.pem" }, /omit --tls-cert/u],
  ["a proxy with --domain", { domain, trustProxy: true }, /use --origin instead/u],
  ["any free port with --domain", { domain, port: 0 }, /omit --port/u],
  ["an origin of another name", { domain, origin: "https://other.example.org" }, /one of the names/u],
  ["an origin over http", { domain, origin: "http://relay.example.org" }, /must begin with https/u],
  ["an e-mail address without --domain", { email: "admin@example.org" }, /^--email is for a relay with --domain/u],
  ["a CA without --domain", { acmeDirectory: "https://ca.example/dir" }, /^--acme-directory/u],
  ["a port of http without --domain", { httpPort: 8080 }, /^--http-port/u],
  ["a port of STUN without STUN", { stun: false, stunPort: 3478 }, /not both/u],
])("%s is refused", (_, changed, message) => {
  expect(() => checkRelayFlags(flags(changed))).toThrow(
    expect.objectContaining({ reason: "usage", message: expect.stringMatching(message) }),
  );
});

test.each<[string, Partial<RelayFlags>]>([
  ["a domain alone", { domain }],
  ["a domain behind forwarded ports", { domain, port: 8443, httpPort: 8080, origin: "https://relay.example.org" }],
  ["no STUN", { domain, stun: false }],
  ["a relay behind a proxy", { origin: "https://relay.example.org", trustProxy: true }],
])("%s is accepted", (_, changed) => {
  expect(() => checkRelayFlags(flags(changed))).not.toThrow();
});

test("the settings of a domain have the ports of https and http, and Let's Encrypt", async () => {
  expect(await resolveDomain(flags({ domain }), domain)).toMatchObject({
    origin: "https://relay.example.org",
    origins: ["https://relay.example.org"],
    httpsPort: 443,
    httpPort: 80,
    acme: { directoryUrl: "https://acme-v02.api.letsencrypt.org/directory", ca: undefined },
  });
});

test("the relay's address has a port that is not the usual one, unless the origin says that it is forwarded", async () => {
  const names = ["a.example.org", "b.example.org"];
  expect((await resolveDomain(flags({ port: 8443 }), names)).origins).toEqual(["https://a.example.org:8443", "https://b.example.org:8443"]);
  const { origin, origins } = await resolveDomain(flags({ port: 8443, origin: "https://b.example.org" }), names);
  expect([origin, origins[0]]).toEqual(["https://b.example.org", "https://b.example.org"]);
});

test("one port for http and https, and a CA file that is none, are refused", async () => {
  await expect(resolveDomain(flags({ port: 80 }), domain)).rejects.toThrow(/need a port each/u);
  await expect(resolveDomain(flags({ acmeCa: "/nowhere/ca.pem" }), domain)).rejects.toThrow(/can't be read: it does not exist/u);
  await expect(resolveDomain(flags({ acmeCa: import.meta.filename }), domain)).rejects.toThrow(/contains no certificate/u);
});
