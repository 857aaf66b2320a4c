import fc from "fast-check";
import { expect, test } from "vitest";
import { isAfter, isSsnAfter, offsetOf, ssnOffsetOf } from "./serial.ts";

const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const u16 = fc.integer({ min: 0, max: 0xffff });

test.each([
  [1, 0, true],
  [0, 1, false],
  [0, 0xffff_ffff, true],
  [0xffff_ffff, 0, false],
  [5, 5, false],
  [0x7fff_ffff, 0, true],
  [0x8000_0000, 0, false],
  [0, 0x8000_0000, false],
  [0x8000_0001, 0, false],
])("TSN %d is after %d: %s", (tsn, other, after) => {
  expect(isAfter(tsn, other)).toBe(after);
});

test.each([
  [1, 0, true],
  [0, 0xffff, true],
  [0xffff, 0, false],
  [0x7fff, 0, true],
  [0x8000, 0, false],
  [0, 0x8000, false],
])("stream sequence number %d is after %d: %s", (ssn, other, after) => {
  expect(isSsnAfter(ssn, other)).toBe(after);
});

test("a number is as far from another as was added, across the end of the space", () => {
  fc.assert(
    fc.property(u32, u32, u16, u16, (from, count, fromSsn, ssnCount) => {
      expect(offsetOf((from + count) >>> 0, from)).toBe(count);
      expect(ssnOffsetOf((fromSsn + ssnCount) & 0xffff, fromSsn)).toBe(ssnCount);
    }),
    { seed: 1982 },
  );
});

test("a number is after another if it is less than half the space ahead", () => {
  fc.assert(
    fc.property(u32, u32, u16, u16, (from, count, fromSsn, ssnCount) => {
      expect(isAfter((from + count) >>> 0, from)).toBe(count > 0 && count < 0x8000_0000);
      expect(isSsnAfter((fromSsn + ssnCount) & 0xffff, fromSsn)).toBe(ssnCount > 0 && ssnCount < 0x8000);
    }),
    { seed: 1982 },
  );
});
