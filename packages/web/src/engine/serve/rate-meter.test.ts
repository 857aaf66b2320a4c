import { expect, test } from "vitest";
import { RateMeter } from "./rate-meter.ts";

test("a steady stream has its rate", () => {
  const meter = new RateMeter();
  let rate = 0;
  for (let at = 0; at <= 20_000; at += 250) rate = meter.add(at * 500, at);
  expect(rate).toBeCloseTo(500_000);
});

test("what was long ago counts no more", () => {
  const meter = new RateMeter();
  meter.add(0, 0);
  meter.add(1_000_000_000, 1000);
  for (let at = 1250; at < 10_000; at += 250) meter.add(1_000_000_000, at);
  expect(meter.add(1_000_000_000, 10_000)).toBe(0);
});

test("one sample is no rate", () => {
  expect(new RateMeter().add(1000, 5)).toBe(0);
});
