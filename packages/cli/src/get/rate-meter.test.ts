import { expect, it } from "vitest";
import { RateMeter } from "./rate-meter.ts";

it("tells bytes a second, from what was there at first", () => {
  const meter = new RateMeter(1_000_000, 0);
  expect(meter.sample(1_500_000, 500)).toBe(1_000_000);
});

it("forgets what was before the last seconds, and is nothing where nothing moves", () => {
  const meter = new RateMeter(0, 0);
  for (let second = 1; second <= 20; second += 1) meter.sample(second * 1000, second * 1000);
  expect(meter.sample(21_000, 21_000)).toBe(1000);
  for (let second = 22; second <= 28; second += 1) meter.sample(21_000, second * 1000);
  expect(meter.sample(21_000, 29_000)).toBe(0);
});

it("is nothing before any time has passed", () => {
  expect(new RateMeter(0, 5).sample(100, 5)).toBe(0);
});
