import { expect, test } from "vitest";
import { limitIceServers } from "./limit-ice-servers.ts";
import type { IceServer } from "./peer-connection.ts";

const stun = (...names: string[]): IceServer => ({ urls: names.map((name) => `stun:${name}`) });
const turn = (...names: string[]): IceServer => ({ urls: names.map((name) => `turn:${name}`), username: "u", credential: "c" });
const urls = (servers: IceServer[]): unknown[] => limitIceServers(servers).map((server) => server.urls);

test("servers within the limit are kept, each with its credential", () => {
  expect(limitIceServers([stun("a"), turn("b")])).toEqual([{ urls: "stun:a" }, { urls: "turn:b", username: "u", credential: "c" }]);
  expect(limitIceServers([])).toEqual([]);
});

test.each([
  ["L-11: one STUN server and the TURN servers come first", [stun("a", "b", "c"), turn("d", "e")], ["stun:a", "turn:d", "turn:e"]],
  ["a second STUN server stays if the limit allows it", [stun("a", "b"), turn("d"), stun("c")], ["stun:a", "stun:b", "turn:d"]],
  ["only TURN servers", [turn("a", "b", "c", "d")], ["turn:a", "turn:b", "turn:c"]],
  ["a duplicate URL counts once", [stun("a"), stun("a", "b"), turn("c", "c")], ["stun:a", "stun:b", "turn:c"]],
])("%s", (_name, servers, left) => {
  expect(urls(servers)).toEqual(left);
});
