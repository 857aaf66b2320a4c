import { type CandidateSummary, type NoConnectionReason, summarizeCandidates } from "@rangecast/rtc";
import { describe, expect, it } from "vitest";
import { type End, noConnectionWords, offerText } from "./no-connection.ts";

const of = (...candidates: readonly [kind: string, address: string, protocol?: string][]): CandidateSummary =>
  summarizeCandidates(
    candidates.map(([kind, address, protocol = "udp"], index) => `candidate:1 1 ${protocol} 1 ${address} ${index + 1} typ ${kind}`),
  );
const PRIVATE = of(["host", "192.168.1.2"]);
const OUTER = of(["host", "192.168.1.2"], ["srflx", "203.0.113.7"]);
const NONE = { stun: 0, turn: 0 };

describe("noConnectionWords", () => {
  it.each<[End, RegExp]>([
    ["host", /^Name a STUN server, at the relay or here: --stun/],
    ["viewer", /^The host needs a STUN server/],
  ])("tells the %s what to set up where both know only their own network", (end, todo) => {
    const words = noConnectionWords({ local: PRIVATE, remote: PRIVATE, iceServers: NONE }, end);
    expect(words).toMatchObject({ reason: "private-only", why: "Both sides know only addresses of their own network." });
    expect(words.todo[0]).toMatch(todo);
    expect(words.todo[1]).toContain("--turn");
  });

  it("says what each side offered, and who the other side is", () => {
    const hidden = of(["host", "aaaa.local"]);
    expect(noConnectionWords({ local: OUTER, remote: hidden, iceServers: NONE }, "host").offered).toBe(
      "this computer offered 1 own address and 1 seen from outside, the viewer 1 own address (1 hidden by the browser)",
    );
    expect(noConnectionWords({ local: hidden, remote: OUTER, iceServers: NONE }, "viewer").offered).toContain(", the host 1 own");
  });

  it.each<[NoConnectionReason, CandidateSummary, CandidateSummary]>([
    ["nothing-there", PRIVATE, of()],
    ["no-udp-there", PRIVATE, of(["host", "192.168.1.2", "tcp"])],
    ["private-there", OUTER, PRIVATE],
    ["blocked-between", OUTER, OUTER],
  ])("has words and something to do for %s, at both ends", (reason, local, remote) => {
    for (const end of ["host", "viewer"] as const) {
      const words = noConnectionWords({ local, remote, iceServers: NONE }, end);
      expect(words.reason).toBe(reason);
      expect(words.why).toMatch(/^[A-Z].*\.$/);
      for (const sentence of words.todo) expect(sentence).toMatch(/^[A-Z].*[.]$/);
    }
  });
});

describe("offerText", () => {
  it.each<[CandidateSummary, string]>([
    [of(), "nothing"],
    [PRIVATE, "1 own address (of its own network alone)"],
    [of(["host", "203.0.113.1"], ["host", "2001:db8::1"]), "2 own addresses"],
    [of(["host", "aaaa.local"], ["relay", "203.0.113.1"]), "1 own address (1 hidden by the browser) and 1 of a TURN server"],
    [of(["host", "192.168.1.2", "tcp"]), "1 own address (of its own network alone), none by UDP"],
  ])("of %o is %s", (summary, text) => {
    expect(offerText(summary)).toBe(text);
  });
});
