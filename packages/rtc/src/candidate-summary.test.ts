import { describe, expect, test } from "vitest";
import { CandidateTally, NO_CANDIDATES, summarizeCandidates, summarizeIceServers } from "./candidate-summary.ts";

const candidate = (address: string, kind = "host", protocol = "udp", port = 9): string =>
  `candidate:1 1 ${protocol} 1 ${address} ${port} typ ${kind}`;

describe("a summary", () => {
  test("counts candidates by kind, transport, family and scope, and contains no address", () => {
    const summary = summarizeCandidates([
      candidate("192.168.1.2"),
      candidate("192.168.1.2", "host", "tcp"),
      candidate("2001:db8::1"),
      candidate("aaaa.local"),
      candidate("203.0.113.7", "srflx"),
      candidate("198.51.100.1", "relay"),
    ]);
    expect(summary).toEqual({
      ...NO_CANDIDATES,
      total: 6,
      host: 4,
      srflx: 1,
      relay: 1,
      udp: 5,
      tcp: 1,
      ipv4: 4,
      ipv6: 1,
      public: 3,
      private: 2,
      mdns: 1,
    });
  });

  test("counts duplicates once, and ignores text that is not a candidate", () => {
    const tally = new CandidateTally();
    for (const line of [candidate("10.0.0.1"), `a=${candidate("10.0.0.1")}`, "", "candidate:nonsense"]) tally.add(line);
    expect(tally.summary.total).toBe(1);
  });

  test("stops counting at its cap", () => {
    const flood = Array.from({ length: 1000 }, (_, index) => candidate("10.0.0.1", "host", "udp", index + 1));
    expect(summarizeCandidates(flood).total).toBe(128);
  });
});

test("ICE servers are counted by kind", () => {
  const servers = [{ urls: ["stun:a.example", "stuns:b.example"] }, { urls: "turns:c.example" }, { urls: ["turn:d.example"] }];
  expect(summarizeIceServers(servers)).toEqual({ stun: 2, turn: 2 });
  expect(summarizeIceServers([])).toEqual({ stun: 0, turn: 0 });
});
