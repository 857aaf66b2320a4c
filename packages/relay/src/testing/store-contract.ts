import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { APPENDED, type LogTerms, type NewEvent, type RelayStore } from "../store/store.ts";
import { FakeClock } from "./fake-clock.ts";

const TTL_MS = 1000;
const ROOMY: LogTerms = { maxEvents: 1000, maxBytes: 1_000_000, ttlMs: TTL_MS };

function event(data: string, tag = "browser"): NewEvent {
  return { event: "signal", data, tag };
}

let clock: FakeClock;
let store: RelayStore;

/** The tests that every store must pass. `create` makes a store that uses the given clock. */
export function describeStore(name: string, create: (clock: FakeClock) => RelayStore): void {
  beforeEach(() => {
    clock = new FakeClock();
    store = create(clock);
  });
  afterEach(() => store.close());
  describeRecords(name);
  describeSlots(name);
  describeLogs(name);
  describePubSub(name);
}

function describeRecords(name: string): void {
  describe(`${name}: records`, () => {
    test("a text exists until its lifetime is over", async () => {
      await store.put("key", "text", TTL_MS);
      expect(await store.get("key")).toBe("text");
      await clock.advance(TTL_MS - 1);
      expect(await store.get("key")).toBe("text");
      await clock.advance(1);
      expect(await store.get("key")).toBeUndefined();
    });

    test("an empty text is a text", async () => {
      await store.put("key", "", TTL_MS);
      expect(await store.get("key")).toBe("");
      expect(await store.create("key", "other", TTL_MS)).toBe(false);
    });

    test("only the first create succeeds, and another one after deletion or expiry", async () => {
      expect(await store.create("key", "first", TTL_MS)).toBe(true);
      expect(await store.create("key", "second", TTL_MS)).toBe(false);
      expect(await store.get("key")).toBe("first");
      await store.delete("key");
      expect(await store.create("key", "third", TTL_MS)).toBe(true);
      await clock.advance(TTL_MS);
      expect(await store.create("key", "fourth", TTL_MS)).toBe(true);
    });

    test("of two concurrent creates one succeeds", async () => {
      const made = await Promise.all([store.create("key", "a", TTL_MS), store.create("key", "b", TTL_MS)]);
      expect(made.filter(Boolean)).toHaveLength(1);
    });

    test("replaces the expected text and nothing else", async () => {
      expect(await store.replace("key", "a", "b", TTL_MS)).toBe(false);
      await store.put("key", "a", TTL_MS);
      expect(await store.replace("key", "x", "b", TTL_MS)).toBe(false);
      expect(await store.replace("key", "a", "b", 2 * TTL_MS)).toBe(true);
      await clock.advance(TTL_MS);
      expect(await store.get("key")).toBe("b");
    });

    test("of two concurrent replaces of the same text one succeeds", async () => {
      await store.put("key", "a", TTL_MS);
      const done = await Promise.all([store.replace("key", "a", "b", TTL_MS), store.replace("key", "a", "c", TTL_MS)]);
      expect(done.filter(Boolean)).toHaveLength(1);
    });

    test("a touch resets the lifetime of an existing key", async () => {
      expect(await store.touch("key", TTL_MS)).toBe(false);
      await store.put("key", "text", TTL_MS);
      await clock.advance(TTL_MS - 1);
      expect(await store.touch("key", TTL_MS)).toBe(true);
      await clock.advance(TTL_MS - 1);
      expect(await store.get("key")).toBe("text");
      await clock.advance(1);
      expect(await store.touch("key", TTL_MS)).toBe(false);
    });

    test("a counter starts at one, returns each number once, and is read as digits", async () => {
      const numbers = await Promise.all(Array.from({ length: 5 }, () => store.increment("count", TTL_MS)));
      expect(numbers.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5]);
      expect(await store.get("count")).toBe("5");
      await clock.advance(TTL_MS);
      expect(await store.increment("count", TTL_MS)).toBe(1);
    });
  });
}

function describeSlots(name: string): void {
  describe(`${name}: slots`, () => {
    test("gives slots up to the limit, and returns when the first becomes free", async () => {
      expect(await store.claim([{ key: "set", member: "a", limit: 2, ttlMs: 1000 }])).toEqual({ taken: true });
      await clock.advance(400);
      expect(await store.claim([{ key: "set", member: "b", limit: 2, ttlMs: 1000 }])).toEqual({ taken: true });
      expect(await store.claim([{ key: "set", member: "c", limit: 2, ttlMs: 1000 }])).toEqual({
        taken: false,
        refused: 0,
        retryAfterMs: 600,
      });
      await clock.advance(600);
      expect(await store.claim([{ key: "set", member: "c", limit: 2, ttlMs: 1000 }])).toEqual({ taken: true });
      expect((await store.members("set")).toSorted()).toEqual(["b", "c"]);
    });

    test("a member renews its slot in a full set", async () => {
      await store.claim([{ key: "set", member: "a", limit: 1, ttlMs: TTL_MS }]);
      await clock.advance(TTL_MS - 1);
      expect(await store.claim([{ key: "set", member: "a", limit: 1, ttlMs: TTL_MS }])).toEqual({ taken: true });
      await clock.advance(TTL_MS - 1);
      expect(await store.members("set")).toEqual(["a"]);
    });

    test("a released slot is free", async () => {
      await store.claim([{ key: "set", member: "a", limit: 1, ttlMs: TTL_MS }]);
      await store.release("set", "a");
      await store.release("set", "nobody");
      expect(await store.members("set")).toEqual([]);
      expect(await store.claim([{ key: "set", member: "b", limit: 1, ttlMs: TTL_MS }])).toEqual({ taken: true });
    });

    test("several slots are taken together or not at all", async () => {
      const request = (key: string, member: string, limit: number) => ({ key, member, limit, ttlMs: TTL_MS });
      expect(await store.claim([request("one", "a", 2), request("two", "a", 1)])).toEqual({ taken: true });
      await clock.advance(400);
      expect(await store.claim([request("one", "b", 2), request("two", "b", 1), request("three", "b", 0)])).toEqual({
        taken: false,
        refused: 1,
        retryAfterMs: TTL_MS - 400,
      });
      expect(await store.members("one")).toEqual(["a"]);
      expect(await store.members("two")).toEqual(["a"]);
      expect(await store.claim([request("one", "b", 2), request("two", "a", 1)])).toEqual({ taken: true });
      await clock.advance(TTL_MS - 400);
      expect([await store.members("one"), await store.members("two")]).toEqual([["b"], ["a"]]);
    });

    test("a long slot outlives a short one that was taken after it", async () => {
      await store.claim([{ key: "set", member: "long", limit: 2, ttlMs: 10 * TTL_MS }]);
      await store.claim([{ key: "set", member: "short", limit: 2, ttlMs: TTL_MS }]);
      await clock.advance(5 * TTL_MS);
      expect(await store.members("set")).toEqual(["long"]);
    });
  });
}

function describeLogs(name: string): void {
  describe(`${name}: logs`, () => {
    test("keeps events in order, with increasing ids", async () => {
      const ids = [];
      for (const data of ["a", "b", "c"]) {
        ids.push(await store.append("log", event(data), ROOMY));
      }
      const events = await store.read("log", undefined, 10);
      expect(events.map(({ data }) => data)).toEqual(["a", "b", "c"]);
      expect(events.map(({ id }) => id)).toEqual(ids);
      expect(ids).toEqual(ids.toSorted((a, b) => Number(a) - Number(b)));
      expect(new Set(ids).size).toBe(3);
    });

    test("reads events after an id, at most the limit", async () => {
      for (const data of ["a", "b", "c", "d"]) {
        await store.append("log", event(data), ROOMY);
      }
      const [first] = await store.read("log", undefined, 1);
      expect((await store.read("log", first?.id, 2)).map(({ data }) => data)).toEqual(["b", "c"]);
    });

    test("an id above all ids of the log is of another log: reads from the first event", async () => {
      await store.append("log", event("a"), ROOMY);
      expect((await store.read("log", Number.MAX_SAFE_INTEGER, 10)).map(({ data }) => data)).toEqual(["a"]);
    });

    test("after the last id there is nothing to read", async () => {
      const id = await store.append("log", event("a"), ROOMY);
      expect(await store.read("log", id, 10)).toEqual([]);
    });

    test("a new log under the same key starts above the ids of the one before", async () => {
      const before = await store.append("log", event("a"), ROOMY);
      await store.delete("log");
      await clock.advance(1);
      const after = await store.append("log", event("b"), ROOMY);
      expect(after).toBeGreaterThan(before ?? Number.NaN);
      expect((await store.read("log", before, 10)).map(({ data }) => data)).toEqual(["b"]);
    });

    test("refuses events beyond the count", async () => {
      const terms = { ...ROOMY, maxEvents: 2 };
      await store.append("log", event("a"), terms);
      await store.append("log", event("b"), terms);
      expect(await store.append("log", event("c"), terms)).toBeUndefined();
      expect(await store.read("log", undefined, 10)).toHaveLength(2);
    });

    test("refuses events beyond the bytes, counted as UTF-8", async () => {
      const terms = { ...ROOMY, maxBytes: 4 };
      expect(await store.append("log", event("éé"), terms)).toBeDefined();
      expect(await store.append("log", event("x"), terms)).toBeUndefined();
    });

    test("removes a group, whose bytes no longer count", async () => {
      const terms = { ...ROOMY, maxBytes: 3 };
      await store.append("log", event("a", "one"), terms);
      await store.append("log", event("b", "other"), terms);
      await store.append("log", event("c", "one"), terms);
      await store.removeTagged("log", "one");
      expect((await store.read("log", undefined, 10)).map(({ data }) => data)).toEqual(["b"]);
      expect(await store.append("log", event("d"), terms)).toBeDefined();
      expect(await store.append("log", event("e"), terms)).toBeDefined();
      expect(await store.append("log", event("f"), terms)).toBeUndefined();
    });

    test("an id keeps its position when the events around it are removed", async () => {
      await store.append("log", event("a", "gone"), ROOMY);
      const id = await store.append("log", event("b", "gone"), ROOMY);
      await store.append("log", event("c"), ROOMY);
      await store.removeTagged("log", "gone");
      expect((await store.read("log", id, 10)).map(({ data }) => data)).toEqual(["c"]);
    });

    test("each event extends the log's lifetime", async () => {
      await store.append("log", event("a"), ROOMY);
      await clock.advance(TTL_MS - 1);
      await store.append("log", event("b"), ROOMY);
      await clock.advance(TTL_MS - 1);
      expect(await store.read("log", undefined, 10)).toHaveLength(2);
      await clock.advance(1);
      expect(await store.read("log", undefined, 10)).toEqual([]);
    });

    test("changing an event that was read does not change the store", async () => {
      await store.append("log", event("a"), ROOMY);
      const [read] = await store.read("log", undefined, 1);
      Object.assign(read ?? {}, { data: "changed" });
      expect((await store.read("log", undefined, 1))[0]?.data).toBe("a");
    });
  });
}

function describePubSub(name: string): void {
  describe(`${name}: messages`, () => {
    test("a subscriber gets appends and messages, until it stops", async () => {
      const heard: string[] = [];
      const stop = await store.subscribe("log", (message) => heard.push(message));
      await store.append("log", event("a"), ROOMY);
      await store.publish("log", "hello");
      await store.publish("another", "not for us");
      await clock.advance(0);
      stop();
      await store.publish("log", "too late");
      await clock.advance(0);
      expect(heard).toEqual([APPENDED, "hello"]);
    });

    test("a refused append publishes nothing", async () => {
      const heard: string[] = [];
      await store.subscribe("log", (message) => heard.push(message));
      await store.append("log", event("a"), { ...ROOMY, maxEvents: 0 });
      await clock.advance(0);
      expect(heard).toEqual([]);
    });

    test("one listener that stops does not affect the others", async () => {
      const heard: string[] = [];
      const stop = await store.subscribe("log", () => heard.push("first"));
      await store.subscribe("log", () => heard.push("second"));
      stop();
      stop();
      await store.publish("log", "hello");
      await clock.advance(0);
      expect(heard).toEqual(["second"]);
    });
  });
}
