import { describe, expect, test } from "vitest";
import { candidateLines, readCandidateFacts } from "./candidate-facts.ts";

const line = (address: string, rest = "typ host"): string => `candidate:1 1 UDP 2122317823 ${address} 45000 ${rest}`;

describe("a candidate line", () => {
  test.each([
    ["10.1.2.3", 4, "private"],
    ["172.16.0.1", 4, "private"],
    ["172.32.0.1", 4, "public"],
    ["192.168.1.2", 4, "private"],
    ["169.254.9.9", 4, "private"],
    ["100.64.0.1", 4, "private"],
    ["100.128.0.1", 4, "public"],
    ["203.0.113.7", 4, "public"],
    ["127.0.0.1", 4, "loopback"],
    ["::ffff:192.168.1.2", 4, "private"],
    ["::1", 6, "loopback"],
    ["fd12:3456::1", 6, "private"],
    ["fe80::1", 6, "private"],
    ["febf::1", 6, "private"],
    ["fec0::1", 6, "public"],
    ["2001:db8::1", 6, "public"],
    ["6f0d3a2e-6d5f-4a6f-9f3a-0d6c1a1f2b3c.local", undefined, "mdns"],
    ["host.example", undefined, "name"],
  ])("of %s is of family %s and %s", (address, family, scope) => {
    expect(readCandidateFacts(line(address))).toEqual({ kind: "host", protocol: "udp", address, port: 45_000, family, scope });
  });

  test.each([
    ["a=candidate:1 1 udp 1 203.0.113.7 9 typ srflx raddr 0.0.0.0 rport 0", { kind: "srflx", protocol: "udp" }],
    ["candidate:1 1 tcp 1 192.168.1.2 9 typ host tcptype active", { kind: "host", protocol: "tcp" }],
    ["candidate:1 1 UDP 1 203.0.113.7 9 typ relay", { kind: "relay" }],
    ["candidate:1 1 UDP 1 203.0.113.7 9 typ prflx\r\n", { kind: "prflx" }],
  ])("%j is parsed", (text, facts) => {
    expect(readCandidateFacts(text)).toMatchObject(facts);
  });

  test.each([
    "",
    "candidate:",
    line("10.0.0.1", "typ other"),
    line("10.0.0.1", "host"),
    line("1".repeat(2000)),
    "candidate:1 1 udp 1 1.2.3.4 99999 typ host",
  ])("%j is not a candidate", (text) => {
    expect(readCandidateFacts(text)).toBeUndefined();
  });
});

test("only the candidate lines of a description are returned", () => {
  expect(candidateLines(`v=0\r\na=mid:0\r\na=${line("10.0.0.1")}\r\na=end-of-candidates\r\n`)).toEqual([`a=${line("10.0.0.1")}`]);
});
