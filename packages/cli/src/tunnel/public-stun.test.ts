import { expect, test } from "vitest";
import { PUBLIC_STUN, usualStun } from "./public-stun.ts";
import { parseTunnel } from "./tunnel-options.ts";
import { tunnelNotices } from "./tunnel-text.ts";

const known = parseTunnel("cloudflared");
const own = parseTunnel("ssh -N -R 8080:localhost:{port} example.org");

test("only known tunnels use the public STUN server", () => {
  expect([usualStun(known), usualStun(own), usualStun(undefined)]).toEqual([[PUBLIC_STUN.url], [], []]);
});

test.each([
  ["the public server, and how to use none", [{ urls: [PUBLIC_STUN.url] }], /Cloudflare's STUN server.*--no-stun/u],
  ["that there is none", [], /can't connect: add --stun/u],
])("the notices name %s", (_name, iceServers, text) => {
  expect(tunnelNotices({ program: known }, { iceServers }).join(" ")).toMatch(text);
});

test("a server of the user's own needs no notice", () => {
  expect(tunnelNotices({ program: known }, { iceServers: [{ urls: ["stun:mine:3478"] }] })).toHaveLength(1);
});
