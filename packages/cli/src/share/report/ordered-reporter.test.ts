import { describe, expect, it } from "vitest";
import { createOrderedReporter } from "./ordered-reporter.ts";
import type { ShareEvent } from "./share-event.ts";

const RELAY = "https://relay.example";
const ready: ShareEvent = { event: "ready", link: "", name: "", size: 0, reach: "anywhere", page: RELAY, relay: RELAY, notices: [] };
const online: ShareEvent = { event: "relay-online", relay: RELAY };
const offline: ShareEvent = { event: "relay-offline", relay: RELAY };
const left: ShareEvent = { event: "viewer-left", viewer: 1, reason: "stopped", message: "", bytes: 0 };
const stopping: ShareEvent = { event: "stopping", viewers: 1 };
const stopped: ShareEvent = { event: "stopped", reason: "interrupted" };

function order(events: readonly ShareEvent[]): string[] {
  const reported: string[] = [];
  const report = createOrderedReporter(({ event }) => reported.push(event));
  for (const event of events) report(event);
  return reported;
}

describe("createOrderedReporter", () => {
  it("reports events from before `ready` after it, in order", () => {
    expect(order([offline, online, ready, left])).toEqual(["ready", "relay-offline", "relay-online", "viewer-left"]);
  });

  it("reports viewers that leave while it stops, but not that the built-in relay stops", () => {
    expect(order([ready, stopping, offline, left, stopped])).toEqual(["ready", "stopping", "viewer-left", "stopped"]);
  });

  it("reports nothing after the end", () => {
    expect(order([ready, stopping, stopped, left, offline, stopped])).toEqual(["ready", "stopping", "stopped"]);
  });
});
