import { expect, it } from "vitest";
import { cpuSeconds, parseCpuSeconds } from "./cpu-time.ts";

it("adds user and system time, with any program name", () => {
  const stat = "4711 (a) b (c) S 1 4711 4711 0 -1 4194304 100 0 0 0 250 50 7 8 20 0 11 0 100 1000 10";
  expect(parseCpuSeconds(stat)).toBe(3);
});

it("is NaN for a process that doesn't exist", async () => {
  expect(await cpuSeconds(2 ** 30)).toBeNaN();
});
