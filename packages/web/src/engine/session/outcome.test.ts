import { describe, expect, test } from "vitest";
import { attemptOutcome, connectionOutcome } from "./outcome.ts";

describe("an attempt that fails", () => {
  test.each([
    ["link-incomplete", { type: "bad-link", reason: "incomplete" }],
    ["relay-unreachable", { type: "waiting", reason: "relay-unreachable" }],
    ["host-offline", { type: "waiting", reason: "host-offline" }],
    ["timeout", { type: "waiting", reason: "no-connection" }],
    ["closed", { type: "waiting", reason: "no-connection" }],
    ["not-found", { type: "ended", reason: "not-found" }],
    ["wrong-host", { type: "ended", reason: "wrong-host" }],
    ["protocol-error", { type: "ended", reason: "unsupported" }],
  ])("%s", (reason, expected) => {
    expect(attemptOutcome(reason, false)).toEqual(expected);
  });

  test("a share that was there before and isn't found now may come back", () => {
    expect(attemptOutcome("not-found", true)).toEqual({ type: "waiting", reason: "host-offline" });
  });

  test.each([undefined, "nonsense", "constructor"])("%s is no expected failure", (reason) => {
    expect(attemptOutcome(reason, false)).toBeUndefined();
  });
});

test.each([
  ["closed", { type: "waiting", reason: "lost" }],
  ["timeout", { type: "waiting", reason: "lost" }],
  ["no-connection", { type: "waiting", reason: "lost" }],
  ["host-stopped", { type: "waiting", reason: "host-stopped" }],
  ["host-revoked", { type: "ended", reason: "host-revoked" }],
  ["file-gone", { type: "waiting", reason: "file-gone" }],
  ["unreadable", { type: "waiting", reason: "unreadable" }],
  ["file-changed", { type: "waiting", reason: "lost" }],
  ["nonsense", { type: "waiting", reason: "lost" }],
])("a connection that ends with %s", (reason, expected) => {
  expect(connectionOutcome(reason)).toEqual(expected);
});
