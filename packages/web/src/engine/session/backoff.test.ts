import { expect, test } from "vitest";
import { backoffMs } from "./backoff.ts";

test("waits twice as long after each failure, up to half a minute", () => {
  expect([1, 2, 3, 4, 5, 6, 7, 100].map((failures) => backoffMs(failures, () => 0))).toEqual([
    1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000,
  ]);
});

test("is spread, and never zero", () => {
  expect(backoffMs(1, () => 1)).toBe(700);
  expect(backoffMs(100, () => 0.5)).toBe(25_500);
});
