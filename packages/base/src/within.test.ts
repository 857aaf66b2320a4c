import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { within } from "./within.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("what settles in time is waited for, and no timer is left", async () => {
  expect(await within(1000, Promise.resolve("x"))).toBe(true);
  await expect(within(1000, Promise.reject(new Error("failed")))).rejects.toThrow("failed");
  expect(vi.getTimerCount()).toBe(0);
});

test("what never settles is waited for no longer than said", async () => {
  const waiting = within(1000, new Promise(() => {}));
  await vi.advanceTimersByTimeAsync(1000);
  expect(await waiting).toBe(false);
});
