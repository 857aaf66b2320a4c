import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Trouble } from "../doctor/diagnose.ts";
import { watchSlowStart } from "./slow-start.ts";

const TROUBLE = { check: "events", found: "a proxy holds event streams back", advice: "Switch it off." };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("watchSlowStart", () => {
  it("tells what it found once the start is slow, and looks at nothing before", async () => {
    const told: Trouble[] = [];
    let looks = 0;
    watchSlowStart({
      look: async () => {
        looks += 1;
        return TROUBLE;
      },
      onTrouble: (trouble) => told.push(trouble),
      afterMs: 100,
    });
    await vi.advanceTimersByTimeAsync(99);
    expect(looks).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(told).toEqual([TROUBLE]);
  });

  it("is silent after its end, also where it was looking", async () => {
    const told: Trouble[] = [];
    const stop = watchSlowStart({
      look: (signal) => new Promise((resolve) => signal.addEventListener("abort", () => resolve(TROUBLE))),
      onTrouble: (trouble) => told.push(trouble),
      afterMs: 100,
    });
    await vi.advanceTimersByTimeAsync(100);
    stop();
    await vi.advanceTimersByTimeAsync(1000);
    expect([told, vi.getTimerCount()]).toEqual([[], 0]);
  });
});
