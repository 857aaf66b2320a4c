import type { DaemonEvent } from "@rangecast/daemon";
import { summarizeCandidates } from "@rangecast/rtc";
import { describe, expect, it } from "vitest";
import { createEventTranslator } from "./daemon-events.ts";

const RELAY = "https://relay.example";
const shareId = "share";
const joined = (viewer: string, kind?: "direct" | "relayed"): DaemonEvent => ({
  type: "viewer-joined",
  shareId,
  viewer,
  ...(kind === undefined ? {} : { path: { kind } }),
});
const progress = (viewer: string, bytes: number, bytesPerSecond = 0): DaemonEvent => ({
  type: "progress",
  shareId,
  viewer,
  bytes,
  bytesPerSecond,
  lanes: 1,
});
const left = (viewer: string): DaemonEvent => ({ type: "viewer-left", shareId, viewer, bytes: 7, reason: "bye", message: "gone" });

describe("createEventTranslator", () => {
  it("numbers viewers in the order in which they join, and never uses a number twice", () => {
    const { translate } = createEventTranslator({ relay: RELAY, size: 10 });
    const events = [joined("a", "direct"), joined("b"), left("a"), joined("a", "relayed")].map((event) => translate(event));
    expect(events).toEqual([
      { event: "viewer-joined", viewer: 1, path: "direct" },
      { event: "viewer-joined", viewer: 2, path: "unknown" },
      { event: "viewer-left", viewer: 1, reason: "bye", message: "gone", bytes: 7 },
      { event: "viewer-joined", viewer: 3, path: "relayed" },
    ]);
  });

  it("counts the current viewers", () => {
    const translator = createEventTranslator({ relay: RELAY, size: 10 });
    for (const event of [joined("a"), joined("b"), left("a")]) translator.translate(event);
    expect(translator.viewers).toBe(1);
  });

  it("reports progress with per cent, whole bytes per second and the path, once per change", () => {
    const { translate } = createEventTranslator({ relay: RELAY, size: 10 });
    translate(joined("a", "direct"));
    expect(translate(progress("a", 5, 2.6))).toEqual({ event: "progress", viewer: 1, bytes: 5, percent: 50, rate: 3, path: "direct" });
    expect(translate(progress("a", 5, 2.6))).toBeUndefined();
    expect(translate(progress("a", 5, 0))).toMatchObject({ rate: 0 });
    expect(translate(progress("a", 5, 0))).toBeUndefined();
  });

  it("reports nothing for a viewer that has received nothing yet, or an unknown one", () => {
    const { translate } = createEventTranslator({ relay: RELAY, size: 10 });
    translate(joined("a"));
    expect([translate(progress("a", 0)), translate(progress("x", 5)), translate(left("x"))]).toEqual([undefined, undefined, undefined]);
  });

  it("reports a changed path with the next progress", () => {
    const { translate } = createEventTranslator({ relay: RELAY, size: 10 });
    translate(joined("a", "direct"));
    translate(progress("a", 5));
    expect(translate({ type: "viewer-path", shareId, viewer: "a", path: { kind: "relayed" } })).toBeUndefined();
    expect(translate(progress("a", 5))).toMatchObject({ viewer: 1, path: "relayed" });
    expect(translate({ type: "viewer-path", shareId, viewer: "x", path: { kind: "relayed" } })).toBeUndefined();
  });

  it("has no per cent for an empty file", () => {
    const { translate } = createEventTranslator({ relay: RELAY, size: 0 });
    translate(joined("a"));
    expect(translate(progress("a", 0, 1))).not.toHaveProperty("percent");
  });

  it("reports a viewer that could not connect: what both sides offered, the likeliest cause, and what would help", () => {
    const { translate } = createEventTranslator({ relay: RELAY, size: 10 });
    const [local, remote] = ["192.168.1.2", "aaaa.local"].map((address) =>
      summarizeCandidates([`candidate:1 1 udp 1 ${address} 9 typ host`]),
    );
    if (local === undefined || remote === undefined) throw new Error("two summaries");
    const failed: DaemonEvent = { type: "viewer-failed", shareId, viewer: "a", reason: "no-channel", message: "none opened", others: 3 };
    expect(translate({ ...failed, diagnosis: { local, remote, iceServers: { stun: 0, turn: 0 } } })).toMatchObject({
      event: "viewer-failed",
      id: "a",
      reason: "no-channel",
      message: "none opened",
      others: 3,
      offered: { here: { private: 1 }, there: { mdns: 1 } },
      cause: "private-only",
      advice: ["stun", "turn", "other-network", "mdns"],
      todo: [expect.stringContaining("--stun"), expect.stringContaining("--turn"), expect.any(String), expect.stringContaining("mDNS")],
    });
    expect(translate(failed)).toEqual({ event: "viewer-failed", id: "a", reason: "no-channel", message: "none opened", others: 3 });
  });

  it("names the relay when it goes offline or comes back", () => {
    const { translate } = createEventTranslator({ relay: RELAY, size: 10 });
    expect(translate({ type: "relay-online" })).toEqual({ event: "relay-online", relay: RELAY });
    expect(translate({ type: "relay-offline" })).toEqual({ event: "relay-offline", relay: RELAY });
  });
});
