import { ClientError, type ClientErrorReason } from "@rangecast/client";
import { NO_CANDIDATES } from "@rangecast/rtc";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createFakeFile } from "../../test/fake-file.ts";
import { createFakeRemote, type FakeRemote } from "../../test/fake-remote.ts";
import type { ConnectionEvent } from "../shared/messages/connection-event.ts";
import type { EngineFile } from "./connect.ts";
import { SLOW_AFTER_MS, watchConnection } from "./watch-connection.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

type Way = FakeRemote | ClientErrorReason | ClientError | "hang";

/** A file whose attempts end in these ways, one after another; the last way holds for all that follow. */
function watch(...ways: Way[]) {
  const events: ConnectionEvent[] = [];
  const stop = new AbortController();
  const attempt = async (): Promise<FakeRemote> => {
    const way = (ways.length > 1 ? ways.shift() : ways[0]) ?? "hang";
    if (way === "hang") return new Promise(() => undefined);
    if (way instanceof Error) throw way;
    if (typeof way === "string") throw new ClientError(way, "a message");
    return way;
  };
  const onState = watchConnection(
    (): EngineFile => file,
    (event) => events.push(event),
  );
  const file = createFakeFile(attempt, { onState, signal: stop.signal });
  const types = (): string[] =>
    events.filter(({ type }) => type !== "path").map((event) => ("reason" in event ? event.reason : event.type));
  return { file, events, types, stop };
}

const pass = async (milliseconds = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);

test("connects, and reports the path, then at intervals", async () => {
  const { events, stop } = watch(createFakeRemote());
  await pass();
  const path = { type: "path", path: { kind: "direct", protocol: "udp", rttMs: 23 } };
  expect(events).toEqual([{ type: "connecting" }, { type: "connected" }, path]);
  await pass(10_000);
  expect(events.slice(3)).toEqual([path, path]);
  stop.abort();
  expect(vi.getTimerCount()).toBe(0);
});

test("an attempt that takes long is reported as slow, once, and not when it is over before", async () => {
  const { types } = watch("hang");
  await pass(SLOW_AFTER_MS * 5);
  expect(types()).toEqual(["connecting", "slow"]);
  const quick = watch(createFakeRemote());
  await pass(SLOW_AFTER_MS * 5);
  expect(quick.types()).toEqual(["connecting", "connected"]);
});

test("a first attempt that fails is explained, and followed by another", async () => {
  const { types, file } = watch("host-offline", createFakeRemote());
  await pass();
  expect(types()).toEqual(["connecting", "host-offline"]);
  file.networkChanged();
  await pass();
  expect(types()).toEqual(["connecting", "host-offline", "connected"]);
});

test.each(["not-found", "wrong-host"] as const)("after %s nothing follows", async (reason) => {
  const { types } = watch(reason);
  await pass(600_000);
  expect(types()).toEqual(["connecting", reason]);
  expect(vi.getTimerCount()).toBe(0);
});

test("a host that withdraws the link ends it", async () => {
  const first = createFakeRemote();
  const { types } = watch(first);
  await pass();
  first.disconnect("host-revoked");
  await pass(600_000);
  expect(types()).toEqual(["connecting", "connected", "host-revoked"]);
});

test("a loss is reported, then why attempts fail, and that the connection is back", async () => {
  const first = createFakeRemote();
  const diagnosis = { local: NO_CANDIDATES, remote: NO_CANDIDATES, iceServers: { stun: 0, turn: 0 } };
  const noPath = new ClientError("no-connection", "a message", { diagnosis: { ...diagnosis, tried: true, connected: false } });
  const { types, events } = watch(first, noPath, "not-found", createFakeRemote());
  await pass();
  first.disconnect("timeout");
  await pass(60_000);
  expect(types()).toEqual(["connecting", "connected", "lost", "no-connection", "host-offline", "connected"]);
  expect(events).toContainEqual({ type: "waiting", reason: "no-connection", diagnosis });
});
