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

test("the first is reported at once, with the candidates of both sides", () => {
  const { failed, events } = create();
  const diagnosis = { local: NO_CANDIDATES, remote: NO_CANDIDATES, iceServers: { stun: 0, turn: 0 } };
  failed.failed("share", "viewer", { ...end, diagnosis });
  expect(events).toEqual([{ type: "viewer-failed", shareId: "share", viewer: "viewer", ...end, diagnosis, others: 0 }]);
});

test("of a flood one every five seconds is reported, the latest, and all others are counted", () => {
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

test("a viewer that gave up waiting for a connection is reported as no-channel; one that just left as bye", () => {
  const bye = (byeReason: string): ViewerFailed | undefined => {
    const { failed, events } = create();
    failed.failed("share", undefined, { reason: "bye", message: "the browser left", byeReason });
    return events[0];
  };
  expect(bye("no-connection")).toMatchObject({ reason: "no-channel" });
  expect(bye("closed")).toEqual({
    type: "viewer-failed",
    shareId: "share",
    reason: "bye",
    message: "the browser left",
    others: 0,
  });
});

test("a session that we stopped is no failure; close reports what is left and stops the timer", () => {
  const { failed, events } = create();
  failed.failed("share", "viewer", { reason: "stopped", message: "the daemon is stopping" });
  expect(events).toEqual([]);
  failed.failed("share", "a", end);
  failed.failed("share", "b", end);
  failed.close();
  expect(events.map(({ viewer }) => viewer)).toEqual(["a", "b"]);
  expect(vi.getTimerCount()).toBe(0);
});
