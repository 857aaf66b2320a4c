import { expect, test } from "vitest";
import { attemptBackoffMs } from "./backoff.ts";

const least = (failures: number): number => attemptBackoffMs(failures, { random: 0 });

test("waits twice as long after each failure, up to half a minute", () => {
  expect([1, 2, 3, 4, 5, 6, 7, 100].map(least)).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
});

test("is shortened at random, and never zero", () => {
  expect(attemptBackoffMs(1, { random: 1 })).toBe(700);
  expect(attemptBackoffMs(100, { random: 0.5 })).toBe(25_500);
});

test("is the relay's Retry-After if that is longer, up to the limit", () => {
  expect(attemptBackoffMs(1, { atLeastMs: 5000 })).toBe(5000);
  expect(attemptBackoffMs(1, { atLeastMs: 3_600_000 })).toBe(30_000);
});
