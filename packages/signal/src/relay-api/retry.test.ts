import { afterEach, expect, test, vi } from "vitest";
import { relayBackoffMs } from "./retry.ts";

afterEach(() => void vi.restoreAllMocks());

test("S-2: waits start at about 1 s, double, and end at 15 s", () => {
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  const waits = [1, 2, 3, 4, 5, 6, 2000].map((failures) => relayBackoffMs(failures));
  expect(waits).toEqual([1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
});

test("Retry-After is the minimum", () => {
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  expect([relayBackoffMs(1, 500), relayBackoffMs(1, 30_000)]).toEqual([1000, 30_000]);
});
