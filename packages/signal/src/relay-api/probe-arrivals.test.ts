import { describe, expect, it } from "vitest";
import { judgeArrivals } from "./probe-arrivals.ts";

describe("judgeArrivals", () => {
  it.each<[string, number[], number | undefined, string]>([
    ["each at its time", [0, 200, 400, 600, 800], 5, "prompt"],
    ["some late, on a bad network", [300, 310, 400, 610, 800], 5, "prompt"],
    ["all at the end", [800, 800, 801, 801, 801], 5, "held-back"],
    ["the first ones late, the last ones with them", [700, 700, 700, 701, 850], 5, "held-back"],
    ["too few", [0, 200, 400], 5, "cut"],
    ["none", [], undefined, "cut"],
  ])("%s", (_what, atMs, of, verdict) => {
    expect(judgeArrivals({ atMs, of, polls: false })).toBe(verdict);
    expect(judgeArrivals({ atMs, of, polls: true })).toBe(verdict === "held-back" ? "polled" : verdict);
  });
});
