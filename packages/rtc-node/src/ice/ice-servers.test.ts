import { expect, test, vi } from "vitest";

import { checkIceServers, nativeIceServers, offersTurnByTcp, parseIceServers } from "./ice-servers.ts";

test("STUN and TURN over UDP are converted for the library", () => {
  const servers = [
    { urls: ["stun:stun.example", "stun:192.0.2.1:3479"] },
    { urls: "turn:[2001:db8::1]:5000?transport=udp", username: "1700000000:me", credential: "p:@/?" },
  ];
  expect(nativeIceServers(servers)).toEqual([
    { hostname: "stun.example", port: 3_478 },
    { hostname: "192.0.2.1", port: 3_479 },
    { hostname: "2001:db8::1", port: 5_000, username: "1700000000:me", password: "p:@/?", relayType: "TurnUdp" },
  ]);
});

test("servers over TCP and TLS are skipped and reported", () => {
  const skipped = vi.fn<(url: string) => void>();
  const urls = ["stuns:a.example", "turns:a.example", "turn:a.example?transport=tcp"];
  expect(nativeIceServers([{ urls, username: "u", credential: "c" }], skipped)).toEqual([]);
  expect(skipped.mock.calls.flat()).toEqual(urls);
});

test("URLs are parsed with their transport and default port", () => {
  const urls = ["stun:a.example", "TURN:a.example?transport=TCP", "turns:[2001:db8::1]", "turn:a.example:5000"];
  const parsed = parseIceServers([{ urls, username: "u", credential: "c" }]);
  expect(parsed.map(({ scheme, transport, hostname, port }) => [scheme, transport, hostname, port])).toEqual([
    ["stun", "udp", "a.example", 3_478],
    ["turn", "tcp", "a.example", 3_478],
    ["turn", "tls", "2001:db8::1", 5_349],
    ["turn", "udp", "a.example", 5_000],
  ]);
});

test.each(["turns:a.example", "http://a.example", "stun:", "stun:a b", "stun:a.example:99999", "stun:a.example:0", "turn:a.example"])(
  "%s is refused",
  (urls) => {
    expect(() => nativeIceServers([{ urls }])).toThrow(expect.objectContaining({ reason: "bad-ice-server" }));
    expect(() => checkIceServers([{ urls }])).toThrow(expect.objectContaining({ reason: "bad-ice-server" }));
  },
);

test.each([
  [["stun:a", "turn:a", "turn:a?transport=udp"], false],
  [["turn:a", "turn:a:3478?transport=tcp"], true],
  [["turns:a"], true],
  [[], false],
])("whether %j allow a browser TURN over TCP: %s", (urls, expected) => {
  expect(offersTurnByTcp([{ urls, username: "u", credential: "c" }])).toBe(expected);
});
