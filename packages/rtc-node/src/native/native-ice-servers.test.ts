import { expect, test, vi } from "vitest";

import { nativeIceServers, offersTurnByTcp } from "./native-ice-servers.ts";

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

test.each([
  [["stun:a", "turn:a", "turn:a?transport=udp"], false],
  [["turn:a", "turn:a:3478?transport=tcp"], true],
  [["turns:a"], true],
  [[], false],
])("whether %j allow a browser TURN over TCP: %s", (urls, expected) => {
  expect(offersTurnByTcp([{ urls, username: "u", credential: "c" }])).toBe(expected);
});
