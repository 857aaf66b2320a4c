import { beforeEach, describe, expect, test } from "vitest";
import { EventStream, type StreamReader, type StreamSource } from "./event-stream.ts";
import { createMemoryStore } from "../store/memory-store.ts";
import type { RelayStore } from "../store/store.ts";
import { settle } from "@rangecast/testkit/settle";
import { FakeClock } from "../testing/fake-clock.ts";
import { SseReader, startBody } from "../testing/sse-reader.ts";

const STREAM_MS = 25_000;
const HEARTBEAT_MS = 10_000;
const CAPS = { maxEvents: 10_000, maxBytes: 100_000_000, ttlMs: 3_600_000 };
/** The queue of 16 KiB, and one event beyond it. */
const BOUND_BYTES = 16 * 1024 + 70 * 1024;

let clock: FakeClock;
let store: RelayStore;
let closed: number;
let troubles: unknown[];
beforeEach(() => {
  clock = new FakeClock();
  store = createMemoryStore({ clock });
  closed = 0;
  troubles = [];
});

type Options = Partial<StreamSource & StreamReader>;

function streamOf({ after, ...source }: Options = {}): EventStream {
  return new EventStream(
    { store, clock, limits: { streamMs: STREAM_MS, heartbeatMs: HEARTBEAT_MS }, onTrouble: (error) => troubles.push(error) },
    { log: "log", role: "browser", keep: 1, endable: true, onHeartbeat: async () => true, ...source },
    {
      after,
      onClose: () => {
        closed += 1;
      },
    },
  );
}

async function read(options: Options = {}): Promise<SseReader> {
  return new SseReader(await startBody(streamOf(options)));
}

async function post(payload: string, tag = "agent"): Promise<number | undefined> {
  return store.append("log", { event: "signal", data: JSON.stringify({ payload }), tag }, CAPS);
}

describe("an event stream", () => {
  test("begins with the retry line", async () => {
    const reader = await read();
    await settle();
    expect(reader.text).toBe("retry: 1500\n\n");
  });

  test("sends stored events, then new ones", async () => {
    await post("before");
    const reader = await read();
    await post("after");
    expect(await reader.payloads()).toEqual(["before", "after"]);
  });

  test("continues after Last-Event-ID", async () => {
    await post("a");
    const id = await post("b");
    await post("c");
    const reader = await read({ after: id });
    expect(await reader.payloads()).toEqual(["c"]);
  });

  test.each([0, 1000])("sends a backlog of 200 events of %i bytes completely and in order", async (bytes) => {
    const payloads = Array.from({ length: 200 }, (_, index) => `${index} ${"x".repeat(bytes)}`);
    for (const payload of payloads) {
      await post(payload);
    }
    const reader = await read();
    await settle();
    await settle();
    expect(await reader.payloads()).toEqual(payloads);
  });

  test("skips the reader's own side", async () => {
    const reader = await read({ verdict: ({ tag }) => (tag === "browser" ? "skip" : "give") });
    await post("mine", "browser");
    await post("theirs", "agent");
    expect(await reader.payloads()).toEqual(["theirs"]);
  });

  test("holds an event, and those after it, until it is decided", async () => {
    let decided = false;
    const reader = await read({ verdict: ({ tag }) => (tag === "browser" && !decided ? "hold" : "give") });
    await post("first");
    await post("held", "browser");
    await post("behind");
    await clock.advance(1000);
    expect(await reader.payloads()).toEqual(["first"]);
    decided = true;
    await clock.advance(50);
    expect(await reader.payloads()).toEqual(["first", "held", "behind"]);
  });

  test("sends heartbeats as comment lines", async () => {
    const reader = await read();
    await clock.advance(HEARTBEAT_MS);
    expect(reader.text).toBe("retry: 1500\n\n: heartbeat\n\n");
    expect(await reader.events()).toEqual([]);
  });

  test("ends after its time, as a normal end, with no timer left", async () => {
    const reader = await read();
    await clock.advance(STREAM_MS - 1);
    expect(await reader.isOver()).toBe(false);
    await clock.advance(1);
    expect(await reader.isOver()).toBe(true);
    expect(reader.over).toBe("ended");
    expect(closed).toBe(1);
    await store.close();
    expect(clock.pending).toBe(0);
  });

  test("ends after an end event, which it delivers first", async () => {
    const reader = await read();
    await post("last");
    await store.append("log", { event: "end", data: '{"reason":"bye"}', tag: "relay" }, CAPS);
    await post("too late");
    expect((await reader.events()).map(({ event, data }) => [event, data])).toEqual([
      ["signal", '{"payload":"last"}'],
      ["end", '{"reason":"bye"}'],
    ]);
    expect(reader.over).toBe("ended");
  });

  test("delivers a backlog longer than its queue before the end event that follows it", async () => {
    const payloads = Array.from({ length: 50 }, (_, index) => `${index} ${"x".repeat(1000)}`);
    for (const payload of payloads) {
      await post(payload);
    }
    await store.append("log", { event: "end", data: "{}", tag: "relay" }, CAPS);
    const reader = await read();
    await settle();
    expect(await reader.payloads()).toEqual(payloads);
    expect(await reader.isOver()).toBe(true);
  });

  test("of a log without an end continues after an end event", async () => {
    const reader = await read({ endable: false });
    await store.append("log", { event: "end", data: "{}", tag: "one session" }, CAPS);
    await post("another session's");
    expect(await reader.payloads()).toEqual(["another session's"]);
    expect(await reader.isOver()).toBe(false);
  });

  test("ends when a heartbeat finds that its session is gone", async () => {
    const reader = await read({ onHeartbeat: async () => false });
    await clock.advance(HEARTBEAT_MS);
    expect(await reader.isOver()).toBe(true);
  });

  test("releases everything when its reader disconnects", async () => {
    const reader = await read();
    await reader.leave();
    expect(closed).toBe(1);
    await post("not delivered");
    await store.close();
    expect(clock.pending).toBe(0);
  });
});

describe("a newer reader", () => {
  test("L-6: ends the older of its role, and notifies it with an event without an id", async () => {
    const older = await read();
    await post("a");
    const newer = await read();
    await post("b");
    expect(await older.payloads()).toEqual(["a"]);
    expect((await older.events()).at(-1)).toEqual({ event: "end", id: undefined, data: '{"reason":"replaced"}' });
    expect(older.over).toBe("ended");
    expect(await newer.payloads()).toEqual(["a", "b"]);
    expect(await newer.isOver()).toBe(false);
  });

  test("does not end the other role's reader", async () => {
    const browser = await read({ role: "browser" });
    const agent = await read({ role: "agent" });
    expect(await browser.isOver()).toBe(false);
    expect(await agent.isOver()).toBe(false);
  });

  test("ends the oldest if several are allowed", async () => {
    const readers = [await read({ keep: 2 }), await read({ keep: 2 }), await read({ keep: 2 })];
    expect(await Promise.all(readers.map((reader) => reader.isOver()))).toEqual([true, false, false]);
  });

  test("of several that come at once, only the one with the highest number stays", async () => {
    const readers = await Promise.all([read(), read(), read(), read()]);
    const over = await Promise.all(readers.map((reader) => reader.isOver()));
    expect(over.filter((isOver) => !isOver)).toHaveLength(1);
  });
});

describe("a reader that stalls", () => {
  test.each(["before", "after"])("costs no more than the queue and one event, however much was posted %s it came", async (when) => {
    const stream = streamOf();
    let body = when === "after" ? await startBody(stream) : undefined;
    for (let index = 0; index < 500; index += 1) {
      await post("x".repeat(60_000));
    }
    body ??= await startBody(stream);
    await settle();
    // Without its log, a stream delivers only what it has queued.
    await store.delete("log");
    const reader = new SseReader(body);
    await settle();
    expect(reader.text.length).toBeGreaterThan(16 * 1024);
    expect(reader.text.length).toBeLessThan(BOUND_BYTES);
  });

  test("is disconnected after two heartbeats", async () => {
    const body = await startBody(streamOf());
    await post("x".repeat(60_000));
    await clock.advance(HEARTBEAT_MS);
    expect(closed).toBe(0);
    await clock.advance(HEARTBEAT_MS);
    expect(closed).toBe(1);
    const reader = new SseReader(body);
    await settle();
    expect(reader.over).toBe("broken");
  });

  test("is not disconnected when it is only slow", async () => {
    const body = await startBody(streamOf());
    await post("x".repeat(60_000));
    await clock.advance(HEARTBEAT_MS);
    const reader = new SseReader(body);
    await clock.advance(HEARTBEAT_MS);
    expect(reader.over).toBeUndefined();
    expect(await reader.payloads()).toHaveLength(1);
  });

  test("is not disconnected when there are no events", async () => {
    await startBody(streamOf());
    await clock.advance(2 * HEARTBEAT_MS);
    expect(closed).toBe(0);
  });
});

describe("a store that fails", () => {
  test("ends the stream, so that its reader reconnects, and is reported", async () => {
    const fault = new Error("store lost");
    const reader = await read();
    store.read = () => Promise.reject(fault);
    await post("unread");
    expect(await reader.isOver()).toBe(true);
    expect(troubles).toEqual([fault]);
    expect(closed).toBe(1);
  });

  test("at the start releases the slot", async () => {
    store.subscribe = () => Promise.reject(new Error("store lost"));
    await expect(startBody(streamOf())).rejects.toThrow("store lost");
    expect(closed).toBe(1);
  });

  test("at a heartbeat ends the stream", async () => {
    const reader = await read({ onHeartbeat: () => Promise.reject(new Error("store lost")) });
    await clock.advance(HEARTBEAT_MS);
    expect(await reader.isOver()).toBe(true);
    expect(troubles).toHaveLength(1);
  });
});
