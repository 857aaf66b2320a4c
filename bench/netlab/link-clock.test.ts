import { expect, it } from "vitest";

import { LinkClock } from "./link-clock.ts";

it("follows real time while its process wakes up in time", () => {
  let real = 100;
  const clock = new LinkClock(() => real);
  real = 102;
  expect(clock.wake(101)).toBe(102);
  expect(clock.stalledMs).toBe(0);
});

it("stops while its process stalls, and counts the stall", () => {
  let real = 100;
  const clock = new LinkClock(() => real);
  real = 150;
  expect(clock.wake(101)).toBe(104);
  expect(clock.stalledMs).toBe(46);
  real = 151;
  expect(clock.now()).toBe(105);
});

it("doesn't count idle time as a stall", () => {
  let real = 100;
  const clock = new LinkClock(() => real);
  real = 900;
  expect(clock.wake(Infinity)).toBe(900);
});
