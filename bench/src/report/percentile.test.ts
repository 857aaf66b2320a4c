import { expect, it } from "vitest";
import { median, percentile } from "./percentile.ts";

it.each([
  [[5], 0.5, 5],
  [[5], 0.95, 5],
  [[4, 1, 3, 2], 0.5, 2],
  [[4, 1, 3, 2], 0.95, 4],
  [[4, 1, 3, 2], 0, 1],
  [Array.from({ length: 100 }, (_, index) => 100 - index), 0.95, 95],
  [[], 0.5, null],
])("is a value of the sample, the nearest rank: %j at %f is %j", (values, share, expected) => {
  expect(percentile(values, share)).toBe(expected);
});

it.each([
  [[7], 7],
  [[3, 1, 2], 2],
  [[4, 1, 3, 2], 2.5],
  [[], null],
])("has the middle value, or the mean of two, as its median: %j has %j", (values, expected) => {
  expect(median(values)).toBe(expected);
});

it("doesn't reorder the sample", () => {
  const values = [10, 9, 100];
  expect(median(values)).toBe(10);
  expect(values).toEqual([10, 9, 100]);
});
