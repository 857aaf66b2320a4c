import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { CHECK_MS, SLEPT_MS, watchSleep } from "./watch-sleep.ts";

const onWoke = vi.fn();
let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "Date"] });
  onWoke.mockClear();
  stop = watchSleep(onWoke);
});
afterEach(() => {
  stop();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

test("a clock that runs normally causes no call", () => {
  vi.advanceTimersByTime(10 * CHECK_MS);
  expect(onWoke).not.toHaveBeenCalled();
});

test.each([
  ["an hour", 3_600_000, 1],
  ["just long enough", SLEPT_MS, 1],
  ["as long as a busy process may be late", SLEPT_MS - 1, 0],
])("a clock that jumps by %s", (_name, jumpMs, times) => {
  vi.setSystemTime(Date.now() + jumpMs);
  vi.advanceTimersByTime(10 * CHECK_MS);
  expect(onWoke).toHaveBeenCalledTimes(times);
});
