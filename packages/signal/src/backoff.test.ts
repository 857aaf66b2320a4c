import { afterEach, expect, test, vi } from "vitest";
import { backoffMs } from "./backoff.ts";

const random = vi.spyOn(Math, "random");
afterEach(() => void random.mockReset());

test("1.1: waits start at about 1 s, double, and end at 15 s", () => {
  random.mockReturnValue(0.5);
  expect([1, 2, 3, 4, 5, 6, 2000].map((failures) => backoffMs(failures))).toEqual([1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
});

test("each is a quarter shorter or longer by chance", () => {
  random.mockReturnValueOnce(0).mockReturnValueOnce(1);
  expect([backoffMs(1), backoffMs(1)]).toEqual([750, 1250]);
});

test("what the relay asked for is the least", () => {
  random.mockReturnValue(0.5);
  expect([backoffMs(1, 500), backoffMs(1, 30_000)]).toEqual([1000, 30_000]);
});
