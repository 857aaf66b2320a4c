import { expect, it } from "vitest";
import type { Metric } from "./report.ts";
import { Tally } from "./tally.ts";

const METRICS: readonly Metric[] = ["fast", "slow"].map((field) => ({ field, label: field, unit: "", better: "higher", digits: 0 }));

it("has medians of ours and each peer, with their ranges, and null for what was not measured", () => {
  const tally = new Tally(["ours", "pion"]);
  for (const value of [3, 1, 2]) tally.add("ours", "fast", value);
  tally.add("ours", "slow", undefined);
  tally.add("pion", "slow", Number.NaN);
  expect(tally.standing(METRICS)).toEqual({
    ours: { fast: 2, slow: null },
    peers: { pion: { fast: null, slow: null } },
    ranges: { ours: { fast: [1, 3] }, pion: {} },
  });
});

it("keeps the drops of runs that count apart from the others", () => {
  const tally = new Tally(["ours"]);
  tally.addDrops("ours", { drops: 5, counts: true });
  tally.addDrops("ours", { drops: 2, counts: true });
  expect(tally.figures("ours", [])).toEqual({ socketDrops: 7 });
  tally.addDrops("ours", { drops: 40, counts: false });
  expect(tally.figures("ours", [])).toEqual({ drops: 40, socketDrops: 7 });
});
