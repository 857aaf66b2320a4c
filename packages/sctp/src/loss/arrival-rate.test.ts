import { expect, test } from "vitest";
import { ArrivalRate } from "./arrival-rate.ts";

const stamp = (sentAtMs: number) => ({ sentAtMs, sacks: 0 });

test("as many packets arrived since a chunk was sent as SACKs", () => {
  const rate = new ArrivalRate();
  for (let count = 0; count < 5; count += 1) rate.onSack();
  const chunk = stamp(100);
  rate.onSent(chunk);
  for (let count = 0; count < 20; count += 1) rate.onSack();
  expect(rate.sample(chunk, 150, 1000, 40)).toBe((20 * 1000) / 50);
});

test("there is no sample in less than a round trip", () => {
  const rate = new ArrivalRate();
  const chunk = stamp(100);
  rate.onSent(chunk);
  rate.onSack();
  expect(rate.sample(chunk, 139, 1000, 40)).toBeNaN();
  expect(rate.sample(chunk, 100, 1000, 0)).toBeNaN();
});
