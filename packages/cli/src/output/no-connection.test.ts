import { type CandidateSummary, type NoConnectionReason, summarizeCandidates } from "@rangecast/rtc";
import { describe, expect, it } from "vitest";
import { type End, noConnectionText, offerText } from "./no-connection.ts";

const of = (...candidates: readonly [kind: string, address: string, protocol?: string][]): CandidateSummary =>
  summarizeCandidates(
    candidates.map(([kind, address, protocol = "udp"], index) => `candidate:1 1 ${protocol} 1 ${address} ${index + 1} typ ${kind}`),
  );
const PRIVATE = of(["host", "192.168.1.2"]);
const OUTER = of(["host", "192.168.1.2"], ["srflx", "203.0.113.7"]);
const NONE = { stun: 0, turn: 0 };

describe("noConnectionText", () => {
  it.each<[End, RegExp]>([
    ["host", /^Add a STUN server, to the relay or here: --stun/],
    ["viewer", /^The host needs a STUN server/],
  ])("advises the %s what to set up if both have only local addresses", (end, todo) => {
    const text = noConnectionText({ local: PRIVATE, remote: PRIVATE, iceServers: NONE }, end);
    expect(text).toMatchObject({ reason: "private-only", why: "Both sides know only addresses in their local networks." });
    expect(text.todo[0]).toMatch(todo);
    expect(text.todo[1]).toContain("--turn");
  });

  it("describes what each side offered, and names the other side", () => {
    const hidden = of(["host", "aaaa.local"]);
    expect(noConnectionText({ local: OUTER, remote: hidden, iceServers: NONE }, "host").offered).toBe(
      "this computer offered 1 own address and 1 public address, the viewer 1 own address (1 hidden by the browser)",
    );
    expect(noConnectionText({ local: hidden, remote: OUTER, iceServers: NONE }, "viewer").offered).toContain(", the host 1 own");
  });

  it.each<[NoConnectionReason, CandidateSummary, CandidateSummary]>([
    ["nothing-there", PRIVATE, of()],
    ["no-udp-there", PRIVATE, of(["host", "192.168.1.2", "tcp"])],
    ["private-there", OUTER, PRIVATE],
    ["blocked-between", OUTER, OUTER],
  ])("explains %s and advises both sides", (reason, local, remote) => {
    for (const end of ["host", "viewer"] as const) {
      const text = noConnectionText({ local, remote, iceServers: NONE }, end);
      expect(text.reason).toBe(reason);
      expect(text.why).toMatch(/^[A-Z].*\.$/);
      for (const sentence of text.todo) expect(sentence).toMatch(/^[A-Z].*[.]$/);
    }
  });
});

describe("offerText", () => {
  it.each<[CandidateSummary, string]>([
    [of(), "nothing"],
    [PRIVATE, "1 own address (in its local network only)"],
    [of(["host", "203.0.113.1"], ["host", "2001:db8::1"]), "2 own addresses"],
    [of(["host", "aaaa.local"], ["relay", "203.0.113.1"]), "1 own address (1 hidden by the browser) and 1 on a TURN server"],
    [of(["host", "192.168.1.2", "tcp"]), "1 own address (in its local network only), none for UDP"],
  ])("of %o is %s", (summary, text) => {
    expect(offerText(summary)).toBe(text);
  });
});
