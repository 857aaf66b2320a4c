import { NO_CANDIDATES } from "@rangecast/rtc";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Connection, type ConnectionEvent, nextConnection, STARTING } from "./connection.ts";

const after = (...events: ConnectionEvent[]): Connection => events.reduce(nextConnection, STARTING);
const path = { kind: "direct", rttMs: 20 } as const;

test.each<[string, ConnectionEvent[], Connection]>([
  ["no share in the URL", [{ type: "no-share" }], { phase: "no-share" }],
  ["a link without its secret", [{ type: "bad-link", reason: "incomplete" }], { phase: "bad-link", reason: "incomplete" }],
  ["a browser without WebRTC", [{ type: "unsupported", reason: "no-webrtc" }], { phase: "unsupported", reason: "no-webrtc" }],
  ["connecting", [{ type: "connecting" }], { phase: "connecting", slow: false }],
  ["connecting takes long", [{ type: "connecting" }, { type: "slow" }], { phase: "connecting", slow: true }],
  ["connected", [{ type: "connecting" }, { type: "connected" }], { phase: "connected" }],
  ["connected, with its path", [{ type: "connecting" }, { type: "connected" }, { type: "path", path }], { phase: "connected", path }],
  [
    "the sender offline",
    [{ type: "connecting" }, { type: "waiting", reason: "host-offline" }],
    { phase: "waiting", reason: "host-offline" },
  ],
  [
    "lost, then back",
    [{ type: "connecting" }, { type: "connected" }, { type: "waiting", reason: "lost" }, { type: "connecting" }, { type: "connected" }],
    { phase: "connected" },
  ],
  [
    "lost, then offline",
    [{ type: "connecting" }, { type: "connected" }, { type: "waiting", reason: "lost" }, { type: "waiting", reason: "host-offline" }],
    { phase: "waiting", reason: "host-offline" },
  ],
  [
    "withdrawn while connected",
    [{ type: "connecting" }, { type: "connected" }, { type: "ended", reason: "host-revoked" }],
    { phase: "ended", reason: "host-revoked" },
  ],
])("%s", (_name, events, expected) => {
  expect(after(...events)).toEqual(expected);
});

test("the diagnosis is kept until the next reason", () => {
  const diagnosis = { local: NO_CANDIDATES, remote: NO_CANDIDATES, iceServers: { stun: 0, turn: 0 } };
  const failed: ConnectionEvent = { type: "waiting", reason: "no-connection", diagnosis };
  expect(after({ type: "connecting" }, failed, { type: "connecting" })).toEqual({ phase: "waiting", reason: "no-connection", diagnosis });
  expect(after(failed, { type: "waiting", reason: "host-offline" })).toEqual({ phase: "waiting", reason: "host-offline" });
});

test("the reason for waiting stays while another attempt runs, even a slow one", () => {
  const waiting: ConnectionEvent[] = [{ type: "connecting" }, { type: "waiting", reason: "host-offline" }];
  expect(after(...waiting, { type: "connecting" }, { type: "slow" })).toEqual({ phase: "waiting", reason: "host-offline" });
});

test("after the sender stopped sharing, failures to reach them don't replace that reason, but others do", () => {
  const stopped: ConnectionEvent[] = [{ type: "connecting" }, { type: "connected" }, { type: "waiting", reason: "host-stopped" }];
  for (const reason of ["relay-unreachable", "host-offline", "no-connection"] as const) {
    expect(after(...stopped, { type: "waiting", reason })).toEqual({ phase: "waiting", reason: "host-stopped" });
  }
  expect(after(...stopped, { type: "connected" }, { type: "waiting", reason: "lost" })).toEqual({ phase: "waiting", reason: "lost" });
  expect(after(...stopped, { type: "waiting", reason: "busy" })).toEqual({ phase: "waiting", reason: "busy" });
});

test("a path that is reported after the connection was lost is ignored", () => {
  const lost: ConnectionEvent[] = [{ type: "connecting" }, { type: "connected" }, { type: "waiting", reason: "lost" }];
  expect(after(...lost, { type: "path", path })).toEqual({ phase: "waiting", reason: "lost" });
});

const anyEvent: fc.Arbitrary<ConnectionEvent> = fc.constantFrom<ConnectionEvent>(
  { type: "no-share" },
  { type: "bad-link", reason: "invalid" },
  { type: "unsupported", reason: "insecure" },
  { type: "connecting" },
  { type: "slow" },
  { type: "connected" },
  { type: "path", path },
  { type: "waiting", reason: "busy" },
  { type: "ended", reason: "not-found" },
);

describe("after any events", () => {
  test("final phases don't change", () => {
    fc.assert(
      fc.property(fc.array(anyEvent), anyEvent, (events, event) => {
        const now = after(...events);
        if (["no-share", "bad-link", "unsupported", "ended"].includes(now.phase)) expect(nextConnection(now, event)).toBe(now);
      }),
    );
  });

  test("a connection event leads to connected, except from final phases", () => {
    fc.assert(
      fc.property(fc.array(anyEvent), (events) => {
        const before = after({ type: "connecting" }, ...events);
        const now = nextConnection(before, { type: "connected" });
        if (before.phase === "connecting" || before.phase === "waiting") expect(now).toEqual({ phase: "connected" });
      }),
    );
  });
});
