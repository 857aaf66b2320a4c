import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { Stragglers } from "./stragglers.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("a channel with a close event needs no clean-up", () => {
  const cleanUp = vi.fn<() => void>();
  const stragglers = new Stragglers(cleanUp, () => 0);
  const channel = {};
  stragglers.expect(channel);
  stragglers.settle(channel);
  vi.advanceTimersByTime(10_000);
  expect(cleanUp).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});

test("a channel without one is cleaned up once, when no connection is left", () => {
  const cleanUp = vi.fn<() => void>();
  let connections = 1;
  const stragglers = new Stragglers(cleanUp, () => connections);
  stragglers.expect({});
  vi.advanceTimersByTime(10_000);
  expect(cleanUp).not.toHaveBeenCalled();
  connections = 0;
  vi.advanceTimersByTime(10_000);
  expect(cleanUp).toHaveBeenCalledOnce();
  expect(vi.getTimerCount()).toBe(0);
});
