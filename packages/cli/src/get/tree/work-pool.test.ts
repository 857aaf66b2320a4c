import { describe, expect, it } from "vitest";
import { Slots } from "./slots.ts";
import { workThrough } from "./work-pool.ts";

const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("workThrough", () => {
  it("handles items that come while others are handled, a bounded number at once", async () => {
    const items = [3];
    const handled: number[] = [];
    let running = 0;
    let most = 0;
    await workThrough({
      tasks: 4,
      next: () => items.shift(),
      signal: new AbortController().signal,
      handle: async (item) => {
        most = Math.max(most, (running += 1));
        await soon();
        handled.push(item);
        if (item > 0) items.push(...Array.from({ length: 3 }, () => item - 1));
        running -= 1;
      },
    });
    expect([handled.length, most]).toEqual([1 + 3 + 9 + 27, 4]);
  });

  it("stops at the first error, when all tasks have ended", async () => {
    let running = 0;
    const running$ = workThrough({
      tasks: 3,
      next: () => "item",
      signal: new AbortController().signal,
      handle: async (_item, signal) => {
        running += 1;
        await soon();
        running -= 1;
        signal.throwIfAborted();
        throw new Error("first");
      },
    });
    await expect(running$).rejects.toThrow("first");
    expect(running).toBe(0);
  });
});

describe("Slots", () => {
  it("lets a bounded number of tasks run, in order, and none after an abort", async () => {
    const slots = new Slots(1);
    const stop = new AbortController();
    const signal = new AbortController().signal;
    const order: number[] = [];
    const task = (number: number) => async (): Promise<void> => {
      await soon();
      order.push(number);
    };
    const all = [slots.run(task(1), signal), slots.run(task(2), stop.signal), slots.run(task(3), signal)];
    stop.abort(new Error("enough"));
    const settled = await Promise.allSettled(all);
    expect([settled.map(({ status }) => status), order]).toEqual([
      ["fulfilled", "rejected", "fulfilled"],
      [1, 3],
    ]);
    await slots.run(task(4), signal);
    expect(order).toEqual([1, 3, 4]);
  });
});
