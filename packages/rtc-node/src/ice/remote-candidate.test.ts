import { expect, test } from "vitest";

import { remoteCandidate } from "./remote-candidate.ts";

test.each([
  [
    "Chromium's",
    "candidate:842163049 1 udp 1677729535 192.0.2.7 46154 typ srflx raddr 0.0.0.0 rport 0 generation 0 ufrag EsAw network-cost 999",
    "candidate:842163049 1 UDP 1677729535 192.0.2.7 46154 typ srflx",
  ],
  ["Firefox's", "candidate:0 1 UDP 2122252543 192.0.2.7 50000 typ host", "candidate:0 1 UDP 2122252543 192.0.2.7 50000 typ host"],
  ["an SDP line", "a=candidate:1 1 udp 7 2001:db8::7 9 typ relay", "candidate:1 1 UDP 7 2001:db8::7 9 typ relay"],
  ["one on loopback", "candidate:1 1 udp 7 127.0.0.1 9 typ host", "candidate:1 1 UDP 7 127.0.0.1 9 typ host"],
])("%s is written again without its extensions", (_whose, text, written) => {
  expect(remoteCandidate(text)).toBe(written);
});

test.each([
  ["mDNS name", "candidate:1 1 udp 2113937151 1f4712db-ea17-4bcf-a596-105139dfd8bf.local 46154 typ host"],
  ["DNS name", "candidate:1 1 udp 1 evil.example 9 typ host"],
  ["TCP", "candidate:1 1 tcp 1 192.0.2.7 9 typ host tcptype active"],
  ["second component", "candidate:1 2 udp 1 192.0.2.7 9 typ host"],
  ["port 0", "candidate:1 1 udp 1 192.0.2.7 0 typ host"],
  ["unspecified address", "candidate:1 1 udp 1 0.0.0.0 9 typ host"],
  ["broadcast address", "candidate:1 1 udp 1 255.255.255.255 9 typ host"],
  ["multicast address", "candidate:1 1 udp 1 ff02::1 9 typ host"],
])("unusable: %s", (_what, text) => {
  expect(() => remoteCandidate(text)).toThrow(expect.objectContaining({ name: "RtcNodeError", reason: "useless-candidate" }));
});

test.each([
  ["nothing", "candidate:"],
  ["garbage", "candidate:garbage"],
  ["port too large", "candidate:1 1 udp 1 192.0.2.7 65536 typ host"],
  ["priority too large", "candidate:1 1 udp 4294967296 192.0.2.7 9 typ host"],
  ["unknown type", "candidate:1 1 udp 1 192.0.2.7 9 typ other"],
  ["zone in the address", "candidate:1 1 udp 1 fe80::1%eth0 9 typ host"],
  ["a second line", "candidate:1 1 udp 1 192.0.2.7 9 typ host\r\na=setup:active"],
  ["a null byte", "candidate:1 1 udp 1 192.0.2.7 9 typ host \u0000"],
  ["too long", `candidate:1 1 udp 1 192.0.2.7 9 typ host ${"x".repeat(512)}`],
])("malformed: %s", (_what, text) => {
  expect(() => remoteCandidate(text)).toThrow(expect.objectContaining({ name: "RtcNodeError", reason: "bad-candidate" }));
});
