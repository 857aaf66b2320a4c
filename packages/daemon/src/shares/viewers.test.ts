import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { DaemonEvent } from "./daemon-event.ts";
import { resolveLimits } from "./daemon-limits.ts";
import type { SessionEnd } from "../session/session-end.ts";
import { fakeClocks } from "../testing/stream-bench.ts";
import { Viewers } from "./viewers.ts";

beforeEach(fakeClocks);
afterEach(() => void vi.useRealTimers());

const end: SessionEnd = { reason: "channel-closed", message: "gone" };

function create(): { viewers: Viewers; events: DaemonEvent[] } {
  const events: DaemonEvent[] = [];
  const viewers = new Viewers(resolveLimits({ viewersPerShare: 2, lanesPerViewer: 3 }), (event) => events.push(event));
  return { viewers, events };
}

test("a viewer joins with its first open session, and leaves with its last", () => {
  const { viewers, events } = create();
  const [first, second] = [
    viewers.claim("share", "v", { deliveredBytes: () => 10 }),
    viewers.claim("share", "v", { deliveredBytes: () => 5 }),
  ];
  expect(events).toEqual([]);
  second.opened({ kind: "direct" });
  first.opened({ kind: "direct" });
  expect(events).toEqual([{ type: "viewer-joined", shareId: "share", viewer: "v", path: { kind: "direct" } }]);
  second.ended(end);
  expect(events).toHaveLength(1);
  first.ended(end);
  expect(events[1]).toEqual({ type: "viewer-left", shareId: "share", viewer: "v", bytes: 15, reason: "channel-closed", message: "gone" });
});

test("a viewer's path is reported when it joins and when it changes, by a new session or within one", () => {
  const { viewers, events } = create();
  const [first, second] = [
    viewers.claim("share", "v", { deliveredBytes: () => 0 }),
    viewers.claim("share", "v", { deliveredBytes: () => 0 }),
  ];
  first.pathChanged({ kind: "relayed" });
  first.opened({ kind: "direct" });
  first.pathChanged({ kind: "direct" });
  second.opened({ kind: "relayed" });
  second.opened(undefined);
  second.pathChanged({ kind: "direct" });
  const changed = (kind: "direct" | "relayed"): DaemonEvent => ({ type: "viewer-path", shareId: "share", viewer: "v", path: { kind } });
  expect(events.slice(1)).toEqual([changed("relayed"), changed("direct")]);
  [first, second].forEach((session) => session.ended(end));
});

test("a viewer whose channel never opened neither joins nor leaves: it fails once, with its last session", () => {
  const { viewers, events } = create();
  const [first, second] = [
    viewers.claim("share", "v", { deliveredBytes: () => 0 }),
    viewers.claim("share", "v", { deliveredBytes: () => 0 }),
  ];
  first.ended(end);
  expect(events).toEqual([]);
  second.ended(end);
  expect(events).toEqual([{ type: "viewer-failed", shareId: "share", viewer: "v", ...end, others: 0 }]);
  viewers.close();
});

test("a refused session is reported as failed, unless its viewer has another session", () => {
  const { viewers, events } = create();
  const refused: SessionEnd = { reason: "refused", message: "full" };
  viewers.failed("share", undefined, refused);
  viewers.claim("share", "v", { deliveredBytes: () => 0 });
  viewers.failed("share", "v", refused);
  viewers.close();
  expect(events).toEqual([{ type: "viewer-failed", shareId: "share", ...refused, others: 0 }]);
});

test("progress is reported once a second, summed over all sessions including ended ones; no timer is left", () => {
  const { viewers, events } = create();
  let bytes = 0;
  const [first, second] = [
    viewers.claim("share", "v", { deliveredBytes: () => bytes }),
    viewers.claim("share", "v", { deliveredBytes: () => 1000 }),
  ];
  first.opened(undefined);
  vi.advanceTimersByTime(1000);
  bytes = 5000;
  second.ended(end);
  vi.advanceTimersByTime(1000);
  first.ended(end);
  vi.advanceTimersByTime(5000);
  const progress = events.filter((event) => event.type === "progress");
  expect(progress.map((event) => [event.bytes, event.lanes])).toEqual([
    [1000, 2],
    [6000, 1],
  ]);
  expect(progress[1]?.bytesPerSecond).toBeGreaterThan(0);
  expect(vi.getTimerCount()).toBe(0);
});

test("limits count viewers of a share, and sessions of a viewer", () => {
  const { viewers } = create();
  const sessions = [1, 2, 3].map(() => viewers.claim("share", "a", { deliveredBytes: () => 0 }));
  expect(() => viewers.claim("share", "a", { deliveredBytes: () => 0 })).toThrow(expect.objectContaining({ reason: "refused" }));
  viewers.claim("share", "b", { deliveredBytes: () => 0 });
  expect(() => viewers.claim("share", "c", { deliveredBytes: () => 0 })).toThrow(expect.objectContaining({ reason: "refused" }));
  viewers.claim("other", "c", { deliveredBytes: () => 0 });
  sessions.forEach((session) => session.ended(end));
  viewers.claim("share", "c", { deliveredBytes: () => 0 });
});
