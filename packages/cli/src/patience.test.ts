import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { withPatience } from "./patience.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const untilAborted = (signal: AbortSignal): Promise<string> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve("over before");
    signal.addEventListener("abort", () => resolve("over"));
  });

it("aborts the task's signal after the time, and leaves no timer", async () => {
  const waiting = withPatience(1000, new AbortController().signal, untilAborted);
  await vi.advanceTimersByTimeAsync(1000);
  expect(await waiting).toBe("over");
  expect(vi.getTimerCount()).toBe(0);
});

it("aborts it when the given signal aborts, or has aborted before", async () => {
  const stop = new AbortController();
  const waiting = withPatience(1000, stop.signal, untilAborted);
  stop.abort();
  expect(await waiting).toBe("over");
  expect(await withPatience(1000, stop.signal, untilAborted)).toBe("over before");
  expect(vi.getTimerCount()).toBe(0);
});
