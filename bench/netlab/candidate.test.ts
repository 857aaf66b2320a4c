import { expect, it } from "vitest";

import { hostAddress, withAddress, withoutCandidates } from "./candidate.ts";

const HOST = "candidate:1 1 UDP 2122317823 192.0.2.7 40000 typ host generation 0 ufrag abcd";
const EMULATED = { address: "127.0.0.1", port: 5000 };

it("changes the address of a host candidate and keeps the rest", () => {
  expect(hostAddress(HOST)).toEqual({ address: "192.0.2.7", port: 40000 });
  expect(withAddress(HOST, EMULATED)).toBe("candidate:1 1 UDP 2122317823 127.0.0.1 5000 typ host generation 0 ufrag abcd");
  expect(withAddress(`a=${HOST}`, EMULATED)).toMatch(/^a=candidate:1 1 UDP 2122317823 127\.0\.0\.1 5000 typ host/);
});

it.each([
  ["a name", "candidate:1 1 udp 1 1f4c.local 9 typ host"],
  ["TCP", "candidate:1 1 tcp 1 192.0.2.7 9 typ host tcptype active"],
  ["IPv6", "candidate:1 1 udp 1 2001:db8::1 9 typ host"],
  ["a reflexive address", "candidate:1 1 udp 1 192.0.2.7 9 typ srflx raddr 0.0.0.0 rport 0"],
  ["nothing", ""],
])("withholds a candidate of %s", (_kind, candidate) => {
  expect(hostAddress(candidate)).toBeUndefined();
});

it("removes the candidates from an SDP, and nothing else", () => {
  const sdp = `v=0\r\na=ice-ufrag:x\r\na=${HOST}\r\na=end-of-candidates\r\na=setup:actpass\r\n`;
  expect(withoutCandidates(sdp)).toBe("v=0\r\na=ice-ufrag:x\r\na=setup:actpass\r\n");
});
