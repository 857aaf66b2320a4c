import { describe, expect, test } from "vitest";
import { createMemoryStore } from "./memory-store.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { describeStore } from "../testing/store-contract.ts";

const TTL_MS = 60_000;

describeStore("memory store", (clock) => createMemoryStore({ clock }));

describe("the memory store's cap", () => {
  test("refuses writes beyond it, and accepts them once something has expired", async () => {
    const clock = new FakeClock();
    const store = createMemoryStore({ clock, maxBytes: 10_000 });
    await store.put("key", "x".repeat(9000), TTL_MS);
    await expect(store.put("other", "x".repeat(9000), TTL_MS)).rejects.toMatchObject({ reason: "full" });
    await clock.advance(2 * TTL_MS);
    await store.put("other", "x".repeat(9000), TTL_MS);
    expect(await store.get("other")).toHaveLength(9000);
    await store.close();
  });

  test("counts records, sets and logs, also small ones", async () => {
    const store = createMemoryStore({ clock: new FakeClock(), maxBytes: 10_000 });
    const fill = {
      record: (n: number) => store.put(`record ${n}`, "", TTL_MS),
      set: (n: number) => store.claim([{ key: "set", member: String(n), limit: Number.POSITIVE_INFINITY, ttlMs: TTL_MS }]),
      log: (n: number) => store.append(`log ${n}`, { event: "signal", data: "", tag: "" }, { maxEvents: 10, maxBytes: 10, ttlMs: TTL_MS }),
    };
    for (const put of Object.values(fill)) {
      let taken = 0;
      await expect(
        (async () => {
          for (; taken < 1000; taken += 1) {
            await put(taken);
          }
        })(),
      ).rejects.toMatchObject({ reason: "full" });
      expect(taken).toBeLessThan(100);
      await store.close();
    }
  });

  test("frees the space of what is removed, replaced or released", async () => {
    const clock = new FakeClock();
    const store = createMemoryStore({ clock, maxBytes: 10_000 });
    for (let round = 0; round < 100; round += 1) {
      await store.put("record", "x".repeat(1000 + round), TTL_MS);
      await store.delete("record");
      await store.put("kept", "x".repeat(round), TTL_MS);
      await store.claim([{ key: "set", member: String(round), limit: 10, ttlMs: TTL_MS }]);
      await store.release("set", String(round));
      await store.append("log", { event: "signal", data: "x".repeat(500), tag: "t" }, { maxEvents: 10, maxBytes: 5000, ttlMs: TTL_MS });
      await store.removeTagged("log", "t");
    }
    expect(await store.get("kept")).toHaveLength(99);
  });

  test("still accepts the last event of a session when it is full", async () => {
    const store = createMemoryStore({ clock: new FakeClock(), maxBytes: 10_000 });
    await store.put("key", "x".repeat(9800), TTL_MS);
    const terms = { maxEvents: Number.POSITIVE_INFINITY, maxBytes: Number.POSITIVE_INFINITY, ttlMs: TTL_MS };
    expect(await store.append("log", { event: "end", data: "{}", tag: "" }, terms)).toBeDefined();
  });

  test("no timer is left when everything has expired, nor after close()", async () => {
    const clock = new FakeClock();
    const store = createMemoryStore({ clock });
    await store.put("key", "text", 1000);
    await clock.advance(TTL_MS);
    expect(clock.pending).toBe(0);
    await store.put("key", "text", 1000);
    expect(clock.pending).toBe(1);
    await store.close();
    expect(clock.pending).toBe(0);
    // By a request that was in progress.
    await store.put("key", "text", 1000);
    expect(clock.pending).toBe(0);
  });
});
