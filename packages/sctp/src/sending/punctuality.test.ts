import { expect, test } from "vitest";
import { Punctuality } from "./punctuality.ts";

test("a program is late from when the pacer allowed a packet", () => {
  const punctuality = new Punctuality();
  punctuality.expect(100, 103);
  expect([102, 103, 105].map((nowMs) => punctuality.lateMs(nowMs))).toEqual([0, 0, 2]);
});

test("with a full window, it is late if it doesn't run for some milliseconds", () => {
  const punctuality = new Punctuality();
  punctuality.expect(100, Number.NaN);
  expect(punctuality.lateMs(104)).toBe(0);
  expect(punctuality.lateMs(150)).toBe(46);
});

test("what timers explain doesn't shorten round trips", () => {
  const punctuality = new Punctuality();
  punctuality.expect(100, 100);
  expect([103, 104].map((nowMs) => punctuality.blockedMs(nowMs))).toEqual([0, 4]);
});

test("without anything to send it is never late", () => {
  const punctuality = new Punctuality();
  punctuality.expect(100, 100);
  punctuality.rest();
  expect(punctuality.lateMs(1_000)).toBe(0);
});
