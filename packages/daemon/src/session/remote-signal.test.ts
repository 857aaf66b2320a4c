import { expect, test } from "vitest";
import { checkCandidate } from "./remote-signal.ts";

const KNOWN = "candidate:842163049 1 udp 1677729535 203.0.113.7 46154 typ srflx raddr 0.0.0.0 rport 0";
const GOOD = `${KNOWN} generation 0 ufrag x network-cost 999`;

test.each([
  [GOOD, KNOWN],
  ["candidate:1 1 UDP 2113937151 192.0.2.1 50000 typ host", "candidate:1 1 UDP 2113937151 192.0.2.1 50000 typ host"],
  ["candidate:1 1 udp 2113937151 2001:db8::1 50000 typ host", "candidate:1 1 udp 2113937151 2001:db8::1 50000 typ host"],
  ["a=candidate:1 1 udp 2113937151 127.0.0.1 50000 typ host", "candidate:1 1 udp 2113937151 127.0.0.1 50000 typ host"],
])("%s is accepted with the fields that we know", (candidate, known) => {
  expect(checkCandidate({ candidate, sdpMid: "0" })).toEqual({ candidate: known, sdpMid: "0" });
});

test.each([
  ["an mDNS name", "candidate:1 1 udp 2113937151 0f1e2d3c-aaaa-bbbb-cccc-0123456789ab.local 50000 typ host", "host-name"],
  ["a host name", "candidate:1 1 udp 2113937151 internal.example 50000 typ host", "host-name"],
  ["TCP", "candidate:1 1 tcp 1518280447 192.0.2.1 9 typ host tcptype active", "other-transport"],
  ["another component", "candidate:1 2 udp 2113937151 192.0.2.1 50000 typ host", "other-component"],
  ["text that is not a candidate", "hello", "malformed"],
  ["a truncated line", "candidate:1 1 udp 2113937151 192.0.2.1", "malformed"],
  ["a priority that is not a number", "candidate:1 1 udp high 192.0.2.1 50000 typ host", "malformed"],
  ["an unknown type", "candidate:1 1 udp 1 192.0.2.1 5 typ relayed", "malformed"],
  ["a port over 65535", "candidate:1 1 udp 1 192.0.2.1 65536 typ host", "malformed"],
  ["a line that is too long", `candidate:1 1 udp 1 192.0.2.1 5 typ host ${"x".repeat(2000)}`, "malformed"],
])("%s is skipped", (_name, candidate, fault) => {
  expect(checkCandidate({ candidate, sdpMid: "0" })).toBe(fault);
});

test("an empty candidate marks the end, and is no fault", () => {
  expect(checkCandidate({ candidate: "" })).toBeUndefined();
  expect(checkCandidate({})).toBeUndefined();
});

test("a candidate that names no media line means the only one", () => {
  expect(checkCandidate({ candidate: GOOD })).toEqual({ candidate: KNOWN, sdpMLineIndex: 0 });
  expect(checkCandidate({ candidate: GOOD, sdpMid: null, sdpMLineIndex: 0 })).toMatchObject({ sdpMid: null, sdpMLineIndex: 0 });
});
