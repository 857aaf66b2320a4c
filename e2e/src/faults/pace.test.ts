import { expect, it } from "vitest";
import { createPace } from "./pace.ts";

it("lets a number of bytes pass per second, a burst at once, and everything after release", () => {
  const pace = createPace(1000, 0);
  expect(pace.wait(0)).toBe(0);
  pace.took(500);
  expect(pace.wait(0)).toBe(500);
  expect(pace.wait(500)).toBe(0);
  pace.took(1000);
  pace.burst(700);
  expect(pace.wait(500)).toBe(300);
  pace.took(1_000_000);
  pace.release();
  expect(pace.wait(500)).toBe(0);
});
