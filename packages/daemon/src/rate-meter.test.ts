import { expect, test } from "vitest";
import { RateMeter } from "./rate-meter.ts";

test("a rate is bytes a second over the last measurements, 0 at first, and never negative", () => {
  let nowMs = 0;
  const meter = new RateMeter(() => nowMs);
  expect(meter.at(5000)).toBe(0);
  nowMs = 500;
  expect(meter.at(6000)).toBe(2000);
  for (let second = 1; second <= 5; second += 1) {
    nowMs = 500 + second * 1000;
    meter.at(6000 + second * 100);
  }
  nowMs = 6500;
  expect(meter.at(6600)).toBe(100);
  nowMs = 7500;
  expect(meter.at(0)).toBe(0);
});

test("two measurements at the same time are no rate", () => {
  const meter = new RateMeter(() => 1);
  meter.at(1);
  expect(meter.at(100)).toBe(0);
});
