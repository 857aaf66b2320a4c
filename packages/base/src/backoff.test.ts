import { expect, test } from "vitest";
import { backoffMs, type BackoffPolicy } from "./backoff.ts";

const POLICY: BackoffPolicy = { firstMs: 1000, longestMs: 15_000, shorter: 0.25, longer: 0.25 };

test("waits double, up to the longest one", () => {
  const waits = [1, 2, 3, 4, 5, 6, 2000].map((failures) => backoffMs(failures, POLICY, 0.5));
  expect(waits).toEqual([1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
});

test("a wait is shorter or longer at random, by its fraction", () => {
  expect([backoffMs(1, POLICY, 0), backoffMs(1, POLICY, 1)]).toEqual([750, 1250]);
  expect([0, 0.5, 1].map((random) => backoffMs(1, { ...POLICY, longer: 0 }, random))).toEqual([750, 875, 1000]);
});
