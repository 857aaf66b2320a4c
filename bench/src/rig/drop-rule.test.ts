import { expect, it } from "vitest";
import { counts } from "./drop-rule.ts";

it.each([
  ["clean", 0, true],
  ["clean", 1, false],
  ["few", 10, true],
  ["few", 11, false],
  ["any", 900, true],
] as const)("by the rule %s, a run of 1,000 packets and %d drops counts: %s", (rule, drops, expected) => {
  expect(counts({ value: 0, drops, packets: 1_000, stalledMs: 0 }, rule)).toBe(expected);
});
