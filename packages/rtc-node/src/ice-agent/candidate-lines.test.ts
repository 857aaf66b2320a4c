import { expect, test } from "vitest";

import { candidateLine, makeCandidate, pairPriority, parseRemoteCandidate, RELAY_PREFERENCE } from "./candidate-lines.ts";

const facts = { address: "192.0.2.1", port: 5000, foundation: "1", ufrag: "ours" } as const;

test("lines are as in SDP, without a related address", () => {
  expect(candidateLine(makeCandidate({ ...facts, type: "host", index: 0 }))).toBe("candidate:1 1 udp 2130706431 192.0.2.1 5000 typ host");
  expect(candidateLine(makeCandidate({ ...facts, type: "relay", index: 0 }))).toMatch(
    /^candidate:1 1 udp \d+ 192\.0\.2\.1 5000 typ relay raddr 0\.0\.0\.0 rport 0$/,
  );
});

test("host is preferred to reflexive and relayed, the first address to others, UDP to TCP to TLS", () => {
  const priorities = [
    makeCandidate({ ...facts, type: "host", index: 0 }),
    makeCandidate({ ...facts, type: "host", index: 1 }),
    makeCandidate({ ...facts, type: "srflx", index: 0 }),
    makeCandidate({ ...facts, type: "relay", index: 0, preference: RELAY_PREFERENCE.udp }),
    makeCandidate({ ...facts, type: "relay", index: 0, preference: RELAY_PREFERENCE.tcp }),
    makeCandidate({ ...facts, type: "relay", index: 0, preference: RELAY_PREFERENCE.tls }),
  ].map(({ priority }) => priority);
  expect(priorities).toEqual(priorities.toSorted((one, other) => other - one));
  expect(new Set(priorities).size).toBe(priorities.length);
  expect(Math.max(...priorities)).toBeLessThan(2 ** 31);
});

test("IPv6 addresses are written as sockets report them", () => {
  const { host, port, type } = parseRemoteCandidate("candidate:1 1 UDP 1 2001:DB8:0:0::0001 5000 typ srflx raddr :: rport 9");
  expect({ host, port, type }).toEqual({ host: "2001:db8::1", port: 5000, type: "srflx" });
});

test.each([
  ["bad-candidate", "candidate:nonsense"],
  ["useless-candidate", "candidate:1 1 udp 1 e3b0c442-98fc-4c14-9afb-f4c8996fb924.local 5000 typ host"],
  ["useless-candidate", "candidate:1 1 tcp 1 192.0.2.1 9 typ host tcptype active"],
])("%s: %s", (reason, line) => {
  expect(() => parseRemoteCandidate(line)).toThrow(expect.objectContaining({ reason }));
});

test("a pair's priority is that of its worse candidate, and the same on both sides", () => {
  const [host, reflexive, relay] = [2_130_706_431, 1_694_498_815, 16_777_215];
  expect(pairPriority(host, relay)).toBe(pairPriority(relay, host));
  expect(pairPriority(reflexive, reflexive) > pairPriority(host, relay)).toBe(true);
});
