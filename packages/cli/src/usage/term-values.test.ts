import { describe, expect, it } from "vitest";
import { parseExpires, parseTermCount } from "./term-values.ts";

const NOW = new Date(2026, 11, 1, 12, 0).getTime();
const HOUR = 3_600_000;
const refused = expect.objectContaining({ name: "InvalidArgumentError" });

describe("--expires", () => {
  it.each<[string, number | string]>([
    ["30m", NOW + HOUR / 2],
    ["90 min", NOW + 1.5 * HOUR],
    ["2h", NOW + 2 * HOUR],
    ["3D", NOW + 72 * HOUR],
    ["1w", NOW + 168 * HOUR],
    ["2026-12-01", new Date(2026, 11, 2).getTime()],
    ["2026-12-31T18:00", new Date(2026, 11, 31, 18).getTime()],
    ["2026-12-31 18:00:30", new Date(2026, 11, 31, 18, 0, 30).getTime()],
    ["2026-12-31T18:00Z", Date.UTC(2026, 11, 31, 18)],
    ["2026-12-31T18:00+02:00", Date.UTC(2026, 11, 31, 16)],
    ["none", "none"],
    ["never", "none"],
  ])("%s", (text, time) => {
    expect(parseExpires(text, undefined, NOW)).toBe(time);
  });

  it.each([
    "",
    "2",
    "h",
    "2y",
    "-2h",
    "0h",
    "2.5h",
    "tomorrow",
    "2026-12-01T11:59",
    "2026-11-30",
    "2026-13-01",
    "2026-02-30T25:00",
    "12/31/2026",
    "9999d",
  ])("%j is refused", (text) => {
    expect(() => parseExpires(text, undefined, NOW)).toThrow(refused);
  });
});

describe("--max-viewers and --max-downloads", () => {
  it("take a whole number above 0, or none", () => {
    expect([parseTermCount("1"), parseTermCount(" 12 "), parseTermCount("none")]).toEqual([1, 12, "none"]);
  });

  it.each(["", "0", "-1", "1.5", "1e3", "many", "1000001"])("%j is refused", (text) => {
    expect(() => parseTermCount(text)).toThrow(refused);
  });
});
