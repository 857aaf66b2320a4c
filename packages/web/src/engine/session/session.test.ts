import { ClientError } from "@rangecast/client";
import { NO_CANDIDATES } from "@rangecast/rtc";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createFakeRemote, FakeError, type FakeRemote } from "../../../test/fake-remote.ts";
import type { RemoteNews } from "../remote.ts";
import { createFileHolder } from "../serve/file-holder.ts";
import type { ConnectionEvent } from "../../shared/connection-event.ts";
import { SLOW_AFTER_MS, startSession } from "./session.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A session whose attempts end as the test says, one by one; the last way holds for all that follow. A string is a reason; `hang` never ends. */
function session(...ways: (FakeRemote | string | Error)[]) {
  const events: ConnectionEvent[] = [];
  const holder = createFileHolder();
  const stop = new AbortController();
  const onFault = vi.fn<(error: unknown) => void>();
  let attempts = 0;
  const running = startSession({
    holder,
    signal: stop.signal,
    dispatch: (event) => events.push(event),
    onFile: () => undefined,
    onFault,
    connect: async (signal) => {
      const way = ways[Math.min(attempts++, ways.length - 1)];
      if (way === "hang")
        return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new FakeError("aborted"))));
      if (typeof way === "string") throw new FakeError(way);
      if (way instanceof Error) throw way;
      if (!way) throw new Error("no way");
      return way;
    },
  });
  const types = (): string[] =>
    events.filter(({ type }) => type !== "path").map((event) => ("reason" in event ? event.reason : event.type));
  return { running, events, types, holder, stop, onFault, attempts: () => attempts };
}

const pass = async (milliseconds = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);

test("connects, and tells the path", async () => {
  const { events, holder } = session(createFakeRemote());
  await pass();
  expect(events).toEqual([
    { type: "connecting" },
    { type: "connected" },
    { type: "path", path: { kind: "direct", protocol: "udp", rttMs: 23 } },
  ]);
  expect(holder.current()?.facts.name).toBe("film.mp4");
});

test("an attempt that takes long is said to be slow, once, and not when it is over before", async () => {
  const { types } = session("hang");
  await pass(SLOW_AFTER_MS * 5);
  expect(types()).toEqual(["connecting", "slow"]);
  const quick = session(createFakeRemote());
  await pass(SLOW_AFTER_MS * 5);
  expect(quick.types()).toEqual(["connecting", "connected"]);
});

test("while the host is offline it tries again, ever more slowly", async () => {
  const { attempts, types } = session("host-offline");
  await pass();
  expect(types()).toEqual(["connecting", "host-offline"]);
  await pass(120_000);
  expect(attempts()).toBeGreaterThan(5);
  expect(attempts()).toBeLessThan(12);
});

test("retry() tries at once", async () => {
  const { running, attempts } = session("host-offline", createFakeRemote());
  await pass();
  running.retry();
  await pass();
  expect(attempts()).toBe(2);
});

describe("a lost connection", () => {
  test("is followed by another, for the same version of the file", async () => {
    const first = createFakeRemote();
    const { types, holder } = session(first, createFakeRemote());
    await pass();
    const version = holder.current();
    first.disconnect("closed");
    await pass(2000);
    expect(types()).toEqual(["connecting", "connected", "lost", "connecting", "connected"]);
    expect(holder.current()).toBe(version);
  });

  test("again and again slows the attempts down", async () => {
    const gone = createFakeRemote();
    gone.disconnect("closed");
    const { attempts } = session(gone);
    await pass(60_000);
    expect(attempts()).toBeLessThan(10);
  });
});

test.each(["not-found", "wrong-host"])("after %s there is no further attempt, and readers hear that it is over", async (reason) => {
  const { attempts, types, running } = session(reason);
  await pass(600_000);
  expect(attempts()).toBe(1);
  expect(types()).toEqual(["connecting", reason]);
  await running.over;
});

test("a host that withdraws the link ends it", async () => {
  const first = createFakeRemote();
  const { types, attempts, holder } = session(first);
  await pass();
  const version = holder.current();
  first.disconnect("host-revoked");
  await pass(600_000);
  expect(types()).toEqual(["connecting", "connected", "host-revoked"]);
  expect(attempts()).toBe(1);
  if (!version) throw new Error("there was no file");
  await expect(holder.remote(version, undefined, new AbortController().signal)).rejects.toMatchObject({ reason: "ended" });
});

test("what nobody expects is reported, not hidden", async () => {
  const { onFault, types } = session(new TypeError("our own fault"));
  await pass(600_000);
  expect(onFault).toHaveBeenCalledOnce();
  expect(types()).toEqual(["connecting", "fault"]);
});

test("it stops when it is told to, also in the middle of an attempt or a wait", async () => {
  for (const way of ["hang", "host-offline"]) {
    const { stop, running, attempts } = session(way);
    await pass(100);
    stop.abort();
    await pass();
    await running.over;
    await pass(600_000);
    expect(attempts()).toBe(1);
  }
});

test("a remote that outlasts its sessions is said to be lost, why it isn't back, and that it is; nothing is connected anew", async () => {
  let tell: (news: RemoteNews) => void = () => undefined;
  const diagnosis = { local: NO_CANDIDATES, remote: NO_CANDIDATES, iceServers: { stun: 0, turn: 0 } };
  const bench = session({ ...createFakeRemote(), follow: (listener) => (tell = listener) });
  await pass();
  tell({ kind: "lost", error: new ClientError("timeout", "words") });
  tell({
    kind: "failed",
    error: new ClientError("no-connection", "words", { diagnosis: { ...diagnosis, tried: true, connected: false } }),
  });
  tell({ kind: "failed", error: new ClientError("not-found", "words") });
  tell({ kind: "there" });
  await pass();
  expect(bench.types()).toEqual(["connecting", "connected", "lost", "no-connection", "host-offline", "connected"]);
  expect(bench.events).toContainEqual({ type: "waiting", reason: "no-connection", diagnosis });
  expect(bench.attempts()).toBe(1);
});

test("an attempt that found no way through tells what is known of the search", async () => {
  const diagnosis = { local: NO_CANDIDATES, remote: NO_CANDIDATES, iceServers: { stun: 1, turn: 0 } };
  const { events } = session(
    new ClientError("no-connection", "words", { diagnosis: { ...diagnosis, tried: true, connected: false } }),
    "hang",
  );
  await pass();
  expect(events).toContainEqual({ type: "waiting", reason: "no-connection", diagnosis });
});
