import { expect, test } from "vitest";
import { toSafeNumber, toWireInteger } from "./integers.ts";

test("W-4: a u64 over 2^53 - 1 never becomes a number", () => {
  expect(toSafeNumber(2n ** 53n - 1n, "offset")).toBe(Number.MAX_SAFE_INTEGER);
  expect(() => toSafeNumber(2n ** 53n, "offset")).toThrow(expect.objectContaining({ reason: "unsafe-integer" }));
  expect(() => toSafeNumber(2n ** 64n - 1n, "offset")).toThrow(expect.objectContaining({ reason: "unsafe-integer" }));
});

test.each([-1, 1.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY])("W-4: %d never becomes a u64", (value) => {
  expect(() => toWireInteger(value)).toThrow(RangeError);
});
