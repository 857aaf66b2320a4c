import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { RangeSlots, type ReleaseSlot } from "./range-slots.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const never = new AbortController().signal;

async function take(slots: RangeSlots): Promise<ReleaseSlot> {
  const slot = await slots.take(never);
  if (slot === "busy") throw new Error("busy");
  return slot;
}

async function full(): Promise<{ slots: RangeSlots; releases: ReleaseSlot[] }> {
  const slots = new RangeSlots();
  const releases: ReleaseSlot[] = [];
  for (let index = 0; index < 4; index += 1) releases.push(await take(slots));
  return { slots, releases };
}

test("four slots are granted at once, the fifth request waits until one is freed", async () => {
  const { slots, releases } = await full();
  const fifth = take(slots);
  expect(slots.waiting).toBe(1);
  releases[2]?.();
  await fifth;
  expect(slots.waiting).toBe(0);
});

test("slots are granted in the order of the requests", async () => {
  const { slots, releases } = await full();
  const order: string[] = [];
  const waiting = ["first", "second", "third"].map((name) => take(slots).then(() => order.push(name)));
  for (const release of releases.slice(0, 3)) release();
  await Promise.all(waiting);
  expect(order).toEqual(["first", "second", "third"]);
});

test("a request that waited 5 s resolves to busy, and no slot is lost", async () => {
  const { slots, releases } = await full();
  const fifth = slots.take(never);
  await vi.advanceTimersByTimeAsync(4999);
  expect(slots.waiting).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(await fifth).toBe("busy");
  releases[0]?.();
  expect(await slots.take(never)).not.toBe("busy");
});

test("freeing a slot twice frees one", async () => {
  const { slots, releases } = await full();
  releases[0]?.();
  releases[0]?.();
  await take(slots);
  void slots.take(never);
  expect(slots.waiting).toBe(1);
});

test("a request that is aborted while it waits leaves the queue, and its timer is cleared", async () => {
  const { slots } = await full();
  const controller = new AbortController();
  const fifth = slots.take(controller.signal);
  controller.abort(new Error("cancelled"));
  await expect(fifth).rejects.toThrow("cancelled");
  expect(slots.waiting).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
});

test("a request whose signal has aborted takes no slot", async () => {
  const slots = new RangeSlots();
  await expect(slots.take(AbortSignal.abort(new Error("cancelled")))).rejects.toThrow("cancelled");
  for (let index = 0; index < 4; index += 1) await take(slots);
  expect(slots.waiting).toBe(0);
});
