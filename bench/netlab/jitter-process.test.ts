import { createRandom } from "@rangecast/testkit/random";
import { expect, it } from "vitest";

import { JitterProcess } from "./jitter-process.ts";

/** The extra delays of packets that are 1 ms apart. */
function delays(meanMs: number, count: number, seed = 1): number[] {
  const jitter = new JitterProcess(createRandom(seed));
  return Array.from({ length: count }, (_, index) => jitter.at(index, meanMs));
}

it("has the given mean, and no delay over five times of it", () => {
  const all = delays(8, 50_000);
  const mean = all.reduce((sum, delay) => sum + delay, 0) / all.length;
  // 5,000 draws: the standard deviation of their mean is 1.4 %.
  expect(Math.abs(mean / 8 - 1)).toBeLessThan(0.05);
  expect(Math.max(...all)).toBeLessThanOrEqual(40);
  expect(Math.min(...all)).toBeGreaterThanOrEqual(0);
});

it("keeps a delay for 10 ms", () => {
  const all = delays(8, 40);
  for (const start of [0, 10, 20, 30]) expect(new Set(all.slice(start, start + 10)).size).toBe(1);
  expect(new Set(all).size).toBe(4);
});

it("is the same for the same seed, and another for another", () => {
  expect(delays(8, 100)).toEqual(delays(8, 100));
  expect(delays(8, 100, 2)).not.toEqual(delays(8, 100));
});
