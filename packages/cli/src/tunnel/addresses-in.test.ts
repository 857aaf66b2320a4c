import { expect, it } from "vitest";
import { addressesIn } from "./addresses-in.ts";
import { KNOWN_TUNNELS } from "./known-tunnels.ts";

it.each([
  ["https://a.example.org", ["https://a.example.org"]],
  ["Forwarding  https://a.example.org/ -> http://localhost:80", ["https://a.example.org"]],
  ['{"url":"https://A.example.org:8443"}', ["https://a.example.org:8443"]],
  ["at https://a.example.org, and (https://b.example.org).", ["https://a.example.org", "https://b.example.org"]],
  ["ready at https://a.example.org.", ["https://a.example.org"]],
  ["See https://example.org/docs and https://example.org/?a=b, or https://example.org#c", []],
  ["http://a.example.org, ftp://a.example.org, https://", []],
  ["https://user@a.example.org", []],
])("takes the origins of a command's own line %j", (line, origins) => {
  expect(addressesIn(line, undefined)).toEqual(origins);
});

it("takes only what fits the pattern of a known tunnel", () => {
  const [cloudflared] = KNOWN_TUNNELS;
  expect(addressesIn("INF |  https://A-b.trycloudflare.com  |", cloudflared)).toEqual(["https://a-b.trycloudflare.com"]);
  expect(addressesIn("INF https://a.example.org", cloudflared)).toEqual([]);
});
