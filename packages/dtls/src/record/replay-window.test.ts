import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SEQUENCE_END } from "./record-header.ts";
import { REPLAY_WINDOW, ReplayWindow } from "./replay-window.ts";

describe("the window", () => {
  test("is as large as RFC 6347, 4.1.2.6, asks for", () => {
    expect(REPLAY_WINDOW).toBeGreaterThanOrEqual(64);
  });

  test.each([0, 1, 31, 32, REPLAY_WINDOW, SEQUENCE_END - 2 * REPLAY_WINDOW - 2])("beginning at %i tells each number apart", (first) => {
    const window = new ReplayWindow();
    for (const step of [0, 5, 3, REPLAY_WINDOW, REPLAY_WINDOW + 1, REPLAY_WINDOW - 1, 2 * REPLAY_WINDOW]) {
      expect(window.has(first + step)).toBe(false);
      window.add(first + step);
      expect(window.has(first + step)).toBe(true);
    }
    expect(window.has(first + REPLAY_WINDOW)).toBe(true);
    expect(window.has(first + REPLAY_WINDOW + 2)).toBe(false);
  });

  test.each([
    ["step by step", [5, 500, REPLAY_WINDOW + 10], REPLAY_WINDOW + 5],
    ["with a jump", [5, 2 * REPLAY_WINDOW + 10], 2 * REPLAY_WINDOW + 5],
  ])("that has moved on %s does not take a number for the one that had its place before", (_, arrived, next) => {
    const window = new ReplayWindow();
    for (const sequence of arrived) window.add(sequence);
    expect(window.has(next)).toBe(false);
  });

  test("does what a set of all numbers does, except that old ones count as seen", () => {
    const step = fc.oneof(fc.integer({ min: -70, max: 70 }), fc.integer({ min: -1100, max: 1100 }), fc.integer({ min: 0, max: 5000 }));
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
        const window = new ReplayWindow();
        const seen = new Set<number>();
        let highest = -1;
        let at = 2000;
        for (const distance of steps) {
          at = Math.max(0, at + distance);
          expect(window.has(at)).toBe(seen.has(at) || at <= highest - REPLAY_WINDOW);
          if (window.has(at)) continue;
          window.add(at);
          seen.add(at);
          highest = Math.max(highest, at);
        }
      }),
      { numRuns: 100, seed: 64 },
    );
  });
});
