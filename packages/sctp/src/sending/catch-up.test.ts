import { expect, test } from "vitest";
import { CatchUp } from "./catch-up.ts";

const RATE = 12_500;

/** Late by 90 ms so many times. @returns the last burst */
function bursts(catchUp: CatchUp, count: number, lostShare = 0): number {
  let bytes = 0;
  for (let burst = 0; burst < count; burst += 1) {
    bytes = catchUp.begin(90, RATE);
    catchUp.onLost(lostShare * bytes);
  }
  return bytes;
}

test("what the delay took is caught up, within a limit that small buffers hold", () => {
  expect(new CatchUp().begin(2, RATE)).toBe(25_000);
  expect(new CatchUp().begin(90, RATE)).toBe(65_536);
});

test("the limit grows with each full burst that arrives, up to what 100 ms hold", () => {
  expect(bursts(new CatchUp(), 3)).toBe(65_536 * 1.5 ** 2);
  expect(bursts(new CatchUp(), 30)).toBe(1024 * 1024);
  const slow = new CatchUp();
  bursts(slow, 30);
  expect(slow.begin(10_000, 1_000)).toBe(100_000);
});

test("a burst that was lost in part lowers the limit, but not for ever, and not what a path loses by chance", () => {
  const catchUp = new CatchUp();
  expect(bursts(catchUp, 10, 0.05)).toBeGreaterThan(500_000);
  expect(bursts(catchUp, 30, 0.3)).toBe(16_384);
  expect(bursts(catchUp, 30)).toBeGreaterThan(65_536);
});
