import { ClientError, type ClientErrorReason, type ReconnectingState } from "@rangecast/client";
import { NO_CANDIDATES } from "@rangecast/rtc";
import { expect, test } from "vitest";
import { eventOf } from "./connection-events.ts";

const failure = (reason: ClientErrorReason): ClientError => new ClientError(reason, "a message");
const waiting = (error: ClientError): ReconnectingState => ({ phase: "waiting", attempt: 1, error, retryAtMs: 0 });
const connecting = (after?: ClientError): ReconnectingState => ({ phase: "connecting", step: "joining", attempt: 1, after });

test.each([
  ["relay-unreachable", "relay-unreachable"],
  ["host-offline", "host-offline"],
  ["busy", "busy"],
  ["timeout", "no-connection"],
  ["closed", "no-connection"],
  ["file-gone", "file-gone"],
  ["unreadable", "unreadable"],
  ["not-found", "host-offline"],
] as const)("an attempt that failed with %s, and is made again", (reason, shown) => {
  expect(eventOf(waiting(failure(reason)), "connecting")).toEqual({ type: "waiting", reason: shown });
});

test.each([
  ["closed", "lost"],
  ["timeout", "lost"],
  ["no-connection", "lost"],
  ["host-stopped", "host-stopped"],
  ["file-gone", "file-gone"],
  ["unreadable", "unreadable"],
  ["file-changed", "lost"],
  ["busy", "lost"],
] as const)("a connection that ended with %s", (reason, shown) => {
  const event = { type: "waiting", reason: shown };
  expect(eventOf(waiting(failure(reason)), "connected")).toEqual(event);
  expect(eventOf(waiting(failure(reason)), "suspect")).toEqual(event);
  expect(eventOf(connecting(failure(reason)), "connected")).toEqual(event);
});

test.each([
  ["link-incomplete", { type: "bad-link", reason: "incomplete" }],
  ["link-invalid", { type: "bad-link", reason: "invalid" }],
  ["not-found", { type: "ended", reason: "not-found" }],
  ["wrong-host", { type: "ended", reason: "wrong-host" }],
  ["host-revoked", { type: "ended", reason: "host-revoked" }],
  ["link-expired", { type: "ended", reason: "link-expired" }],
  ["used-up", { type: "ended", reason: "used-up" }],
  ["dropped", { type: "ended", reason: "dropped" }],
  ["unsupported", { type: "ended", reason: "unsupported" }],
  ["protocol-error", { type: "ended", reason: "unsupported" }],
  ["closed", { type: "ended", reason: "fault" }],
] as const)("a file that ended with %s", (reason, event) => {
  expect(eventOf({ phase: "ended", error: failure(reason) }, "connected")).toEqual(event);
});

test("an attempt that found no path includes the diagnosis", () => {
  const diagnosis = { local: NO_CANDIDATES, remote: NO_CANDIDATES, iceServers: { stun: 1, turn: 0 } };
  const error = new ClientError("no-connection", "a message", { diagnosis: { ...diagnosis, tried: true, connected: false } });
  expect(eventOf(waiting(error), "connecting")).toEqual({ type: "waiting", reason: "no-connection", diagnosis });
  expect(eventOf(waiting(error), "connected"), "a lost connection does not").toEqual({ type: "waiting", reason: "lost" });
});

test("neither a silent host nor a further attempt changes what the page shows", () => {
  expect(eventOf({ phase: "suspect", suspicion: "silent", beside: undefined }, "connected")).toBeUndefined();
  expect(eventOf(connecting(failure("host-offline")), "waiting")).toBeUndefined();
  expect(eventOf(connecting(failure("host-offline")), "connecting")).toBeUndefined();
});
