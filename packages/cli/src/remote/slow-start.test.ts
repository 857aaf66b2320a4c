import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Trouble } from "../doctor/diagnose.ts";
import { watchSlowStart } from "./slow-start.ts";

const TROUBLE = { check: "events", found: "a proxy holds event streams back", advice: "Switch it off." };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("watchSlowStart", () => {
  it("reports what it found once the start is slow, and checks nothing before", async () => {
    const reported: Trouble[] = [];
    let looks = 0;
    watchSlowStart({
      look: async () => {
        looks += 1;
        return TROUBLE;
      },
      onTrouble: (trouble) => reported.push(trouble),
      afterMs: 100,
    });
    await vi.advanceTimersByTimeAsync(99);
    expect(looks).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(reported).toEqual([TROUBLE]);
  });

  it("reports nothing after it was stopped, even during a check", async () => {
    const reported: Trouble[] = [];
    const stop = watchSlowStart({
      look: (signal) => new Promise((resolve) => signal.addEventListener("abort", () => resolve(TROUBLE))),
      onTrouble: (trouble) => reported.push(trouble),
      afterMs: 100,
    });
    await vi.advanceTimersByTimeAsync(100);
    stop();
    await vi.advanceTimersByTimeAsync(1000);
    expect([reported, vi.getTimerCount()]).toEqual([[], 0]);
  });
});
