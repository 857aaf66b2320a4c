import { expect, test } from "vitest";
import { RateMeter } from "./rate-meter.ts";

const SPAN_MS = 8000;

test("the first sample and others of the same time have the rate 0", () => {
  const meter = new RateMeter(SPAN_MS);
  expect([meter.sample(1_000_000, 5), meter.sample(1_000_100, 5)]).toEqual([0, 0]);
});

test("the rate is the growth per second since the first sample", () => {
  const meter = new RateMeter(SPAN_MS);
  meter.sample(1_000_000, 0);
  expect(meter.sample(1_500_000, 500)).toBe(1_000_000);
});

test("samples from before the span are ignored", () => {
  const meter = new RateMeter(SPAN_MS);
  for (let second = 0; second <= 20; second += 1) meter.sample(second * 1000, second * 1000);
  expect(meter.sample(21_000, 21_000)).toBe(1000);
  for (let second = 22; second <= 28; second += 1) meter.sample(21_000, second * 1000);
  expect(meter.sample(21_000, 29_000)).toBe(0);
});

test("a total that falls has the rate 0", () => {
  const meter = new RateMeter(SPAN_MS);
  meter.sample(5000, 0);
  expect(meter.sample(0, 1000)).toBe(0);
});
