import { describe, expect, test } from "vitest";
import { AHEAD_S, BEHIND_IF_FULL_S, BEHIND_S, endOfGap, isBuffered, needsMore, surplus } from "./buffer-window.ts";

describe("the buffer", () => {
  test("is filled up to its limit ahead of what is shown", () => {
    expect(needsMore(0, 0)).toBe(true);
    expect(needsMore(100 + AHEAD_S - 1, 100)).toBe(true);
    expect(needsMore(100 + AHEAD_S, 100)).toBe(false);
  });

  test("loses what is far behind, several seconds at once", () => {
    expect(surplus([], 100)).toBeUndefined();
    expect(surplus([[0, 50]], BEHIND_S)).toBeUndefined();
    expect(surplus([[0, 50]], BEHIND_S + 4)).toBeUndefined();
    expect(surplus([[0, 50]], BEHIND_S + 6)).toEqual([0, 6]);
    expect(surplus([[80, 150]], 100)).toBeUndefined();
  });

  test("loses nearly all behind what is shown if the browser has no room", () => {
    expect(surplus([[95, 150]], 100, BEHIND_IF_FULL_S)).toEqual([0, 98]);
    expect(surplus([[99, 150]], 100, BEHIND_IF_FULL_S)).toBeUndefined();
  });

  test("contains a position that is a rounding error before its start, but not its end", () => {
    const spans = [
      [10, 20],
      [30, 40],
    ] as const;
    expect(isBuffered(spans, 9.9995)).toBe(true);
    // A seek there would never end.
    expect(isBuffered(spans, 9.95)).toBe(false);
    expect(isBuffered(spans, 20)).toBe(false);
    expect(isBuffered(spans, 25)).toBe(false);
    expect(isBuffered(spans, 35)).toBe(true);
  });

  test("is left at the end of a gap in which a track has nothing, once that is certain", () => {
    const spans = [[0.4, 20]] as const;
    expect(endOfGap(spans, 0, 1)).toBe(0.4);
    expect(endOfGap(spans, 0, 0.4)).toBeUndefined();
    expect(endOfGap(spans, 5, 20)).toBeUndefined();
    expect(endOfGap(spans, 21, 30)).toBeUndefined();
    expect(endOfGap([[10, 20]], 0, 20)).toBeUndefined();
  });
});
