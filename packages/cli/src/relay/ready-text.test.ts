import { expect, test } from "vitest";
import { domainReadyText, readyText } from "./ready-text.ts";

const stun = { port: 3478, url: "stun:relay.example.org:3478", close: async () => undefined };
const url = "https://relay.example.org";

test("a relay with a domain says which ports to open", () => {
  expect(domainReadyText(url, true, { https: 443, http: 80 }, stun).split("\n")).toEqual([
    "Relay and page: https://relay.example.org",
    "",
    "To share a file through it:  rangecast share FILE --relay https://relay.example.org",
    "Open these ports in the firewall: TCP 443 (https), TCP 80 (checks of the certificate authority, redirects to https), UDP 3478 (STUN).",
    "",
    "Press Ctrl-C to stop it.",
  ]);
});

test("ports that are forwarded are named with both numbers, and those that are closed not at all", () => {
  const text = domainReadyText(url, false, { https: 8443, http: undefined }, undefined);
  expect(text).toContain("Open these ports in the firewall: TCP 443, forwarded to port 8443 of this computer (https).\n");
});

test("a relay without a domain says who can reach it", () => {
  const flags = { page: true };
  const local = readyText("http://127.0.0.1:7264", { bind: "127.0.0.1", link: "127.0.0.1" }, flags, undefined, undefined);
  expect(local).toMatch(/Only this computer can reach it\. For others, use --domain/u);
  const proxied = readyText(url, { bind: "127.0.0.1", link: "127.0.0.1" }, { ...flags, origin: url }, undefined, stun);
  expect(proxied).toMatch(/use --trust-proxy/u);
  expect(proxied).toMatch(/announced as stun:relay\.example\.org:3478: open UDP 3478/u);
});
