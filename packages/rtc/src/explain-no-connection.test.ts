import { describe, expect, test } from "vitest";
import { type CandidateSummary, summarizeCandidates } from "./candidate-summary.ts";
import { explainNoConnection, type NoConnectionReason } from "./explain-no-connection.ts";

const of = (...candidates: string[]): CandidateSummary =>
  summarizeCandidates(
    candidates.map((text, index) => `candidate:${index} 1 ${text.replace(" ", " 1 ").replace(" typ", ` ${index + 1} typ`)}`),
  );
const PRIVATE = "udp 192.168.1.2 typ host";
const HIDDEN = "udp aaaa.local typ host";
const OUTER = "udp 203.0.113.7 typ srflx";
const PUBLIC = "udp 203.0.113.9 typ host";
const RELAY = "udp 198.51.100.1 typ relay";
const V6 = "udp 2001:db8::1 typ host";
const NONE = { stun: 0, turn: 0 };
const STUN = { stun: 1, turn: 0 };
const TURN = { stun: 0, turn: 1 };
const BOTH = { stun: 1, turn: 1 };

const explain = (local: CandidateSummary, remote: CandidateSummary, iceServers = NONE) =>
  explainNoConnection(local, remote, { iceServers });

describe("no connection", () => {
  test.each<[string, CandidateSummary, CandidateSummary, typeof NONE, NoConnectionReason]>([
    ["no candidate here", of(), of(PRIVATE), NONE, "nothing-here"],
    ["no candidate there", of(PRIVATE), of(), NONE, "nothing-there"],
    ["only TCP there", of(PRIVATE), of("tcp 192.168.1.3 typ host"), NONE, "no-udp-there"],
    ["only IPv4 against only IPv6", of(PUBLIC), of(V6), NONE, "families-differ"],
    ["a name, which may be of either family, and IPv6", of(PUBLIC), of(V6, HIDDEN), NONE, "blocked-between"],
    ["a TURN server of ours that failed, whatever the families", of(PUBLIC, RELAY), of(V6), NONE, "relay-failed"],
    ["a TURN server of theirs that failed", of(PRIVATE), of(PRIVATE, RELAY), STUN, "relay-failed"],
    ["a STUN server that never answered here", of(PRIVATE), of(PRIVATE, OUTER), STUN, "udp-blocked-here"],
    ["STUN and TURN servers that never answered here", of(PRIVATE), of(PRIVATE), BOTH, "udp-blocked-here"],
    ["a TURN server that gave neither side an address", of(PRIVATE), of(PRIVATE), TURN, "turn-silent"],
    ["a TURN server that gave none, where STUN answered", of(OUTER), of(OUTER), BOTH, "turn-silent"],
    ["a TURN server that gave none, where only it would have helped", of(PUBLIC), of(V6), TURN, "turn-silent"],
    ["private addresses on both sides and no server", of(PRIVATE), of(PRIVATE), NONE, "private-only"],
    ["private addresses against hidden ones", of(PRIVATE), of(HIDDEN), NONE, "private-only"],
    ["private addresses only here", of(PRIVATE), of(PUBLIC), NONE, "private-here"],
    ["private addresses only there", of(OUTER), of(PRIVATE), STUN, "private-there"],
    ["public addresses on both sides", of(OUTER), of(OUTER), STUN, "blocked-between"],
  ])("with %s", (_what, local, remote, iceServers, reason) => {
    const explained = explain(local, remote, iceServers);
    expect(explained.reason).toBe(reason);
    expect(explained.advice.length).toBeGreaterThan(0);
  });

  test("a STUN server is advised only if none is known", () => {
    expect(explain(of(PRIVATE), of(PRIVATE)).advice).toEqual(["stun", "turn", "other-network"]);
    expect(explain(of(PRIVATE), of(PRIVATE), STUN).advice).not.toContain("stun");
  });

  test("hidden addresses are mentioned only if local addresses would have helped", () => {
    expect(explain(of(HIDDEN), of(PRIVATE)).advice).toContain("mdns");
    expect(explain(of(HIDDEN, OUTER), of(OUTER)).advice).not.toContain("mdns");
  });
});
