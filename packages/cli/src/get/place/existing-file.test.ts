import { expect, test } from "vitest";
import { sameTime } from "./existing-file.ts";

test.each([
  ["the same", 1_700_000_000_123, 1_700_000_000_123, true],
  ["a rounding apart", 1_700_000_000_122.9998, 1_700_000_000_123, true],
  ["milliseconds apart", 1_700_000_000_120, 1_700_000_000_123, false],
  ["whole seconds, cut off", 1_700_000_000_000, 1_700_000_000_999, true],
  ["two seconds of FAT", 1_700_000_000_000, 1_700_000_001_999, true],
  ["more than two seconds", 1_700_000_000_000, 1_700_000_002_000, false],
])("times that are %s", (_name, local, host, same) => {
  expect(sameTime(local, host)).toBe(same);
});
