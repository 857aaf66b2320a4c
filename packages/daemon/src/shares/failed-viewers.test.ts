import { NO_CANDIDATES } from "@rangecast/rtc";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ViewerFailed } from "./daemon-event.ts";
import { FailedViewers } from "./failed-viewers.ts";
import type { SessionEnd } from "../session/session-end.ts";
import { fakeClocks } from "../testing/stream-bench.ts";

beforeEach(fakeClocks);
afterEach(() => void vi.useRealTimers());

const end: SessionEnd = { reason: "no-channel", message: "no data channel opened in time" };

function create(): { failed: FailedViewers; events: ViewerFailed[] } {
  const events: ViewerFailed[] = [];
  return { failed: new FailedViewers((event) => events.push(event)), events };
}

test("the first is told at once, with what both sides offered", () => {
  const { failed, events } = create();
  const diagnosis = { local: NO_CANDIDATES, remote: NO_CANDIDATES, iceServers: { stun: 0, turn: 0 } };
  failed.failed("share", "viewer", { ...end, diagnosis });
  expect(events).toEqual([{ type: "viewer-failed", shareId: "share", viewer: "viewer", ...end, diagnosis, others: 0 }]);
});

test("of a flood one each five seconds is told, the latest, and none is left out of the count", () => {
  const { failed, events } = create();
  for (let count = 0; count < 1000; count += 1) failed.failed("share", `viewer ${count}`, end);
  expect(events).toHaveLength(1);
  vi.advanceTimersByTime(5000);
  expect(events.map(({ viewer, others }) => [viewer, others])).toEqual([
    ["viewer 0", 0],
    ["viewer 999", 998],
  ]);
  vi.advanceTimersByTime(60_000);
  expect(events).toHaveLength(2);
  failed.failed("share", "later", end);
  expect(events.at(-1)).toMatchObject({ viewer: "later", others: 0 });
});

test("a viewer that gave up for want of a connection counts as one that got none; who just left, as who left", () => {
  const bye = (word: string): ViewerFailed | undefined => {
    const { failed, events } = create();
    failed.failed("share", undefined, { reason: "bye", message: "the browser said bye", word });
    return events[0];
  };
  expect(bye("no-connection")).toMatchObject({ reason: "no-channel" });
  expect(bye("closed")).toEqual({
    type: "viewer-failed",
    shareId: "share",
    reason: "bye",
    message: "the browser said bye",
    others: 0,
  });
});

test("what we stopped ourselves is no failure, and nothing untold or running is left at the end", () => {
  const { failed, events } = create();
  failed.failed("share", "viewer", { reason: "stopped", message: "the daemon is stopping" });
  expect(events).toEqual([]);
  failed.failed("share", "a", end);
  failed.failed("share", "b", end);
  failed.close();
  expect(events.map(({ viewer }) => viewer)).toEqual(["a", "b"]);
  expect(vi.getTimerCount()).toBe(0);
});
