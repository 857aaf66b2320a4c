import { expect, test } from "vitest";

import { checkIceServers, parseIceServers } from "./ice-servers.ts";

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
    expect(() => checkIceServers([{ urls }])).toThrow(expect.objectContaining({ reason: "bad-ice-server" }));
  },
);
