import { expect, it } from "vitest";
import { createContinuedEvents } from "./continued-events.ts";
import type { ReadyEvent, ShareEvent } from "./report/share-event.ts";

const READY: ReadyEvent = {
  event: "ready",
  link: "http://127.0.0.1:7264/s/a#v1.b",
  name: "a",
  size: 1,
  reach: "this-computer",
  page: "http://127.0.0.1:7264",
  relay: "http://127.0.0.1:7264",
  notices: [],
};
const joined = (viewer: number): ShareEvent => ({ event: "viewer-joined", viewer, path: "direct" });

it("counts viewers on when another process hosts, and reports those of the one before as left", () => {
  const reported: ShareEvent[] = [];
  const events = createContinuedEvents((event) => reported.push(event));
  events.ready(READY);
  events.event(joined(1));
  events.event({ event: "viewer-left", viewer: 1, reason: "bye", message: "", bytes: 0 });
  events.event(joined(2));
  events.event({ event: "progress", viewer: 2, bytes: 7, rate: 1, path: "direct" });
  expect(events.viewers).toEqual([2]);
  events.hostGone();
  expect(reported.at(-1)).toMatchObject({ event: "viewer-left", viewer: 2, reason: "host-gone", bytes: 7 });
  events.event(joined(1));
  expect(reported.at(-1)).toEqual(joined(3));
  expect(events.numberAtHost(3)).toBe(1);
});

it("reports the link once, and again only if it changed", () => {
  const reported: ShareEvent[] = [];
  const events = createContinuedEvents((event) => reported.push(event));
  events.ready(READY);
  events.ready({ ...READY });
  events.ready({ ...READY, link: "http://127.0.0.1:7265/s/a#v1.b" });
  expect(reported.map((event) => "link" in event && event.link)).toEqual([READY.link, "http://127.0.0.1:7265/s/a#v1.b"]);
});
