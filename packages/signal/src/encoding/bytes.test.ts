import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeParts, equalBytes } from "./bytes.ts";

test("parts are joined as a u32 length, big-endian, and their bytes", () => {
  expect(encodeParts("aü", new Uint8Array([9]), "")).toEqual(new Uint8Array([0, 0, 0, 3, 0x61, 0xc3, 0xbc, 0, 0, 0, 1, 9, 0, 0, 0, 0]));
});

test("no two lists of parts give the same bytes", () => {
  const parts = fc.array(fc.string({ unit: fc.constantFrom("a", "b", "\0", "\u0001"), maxLength: 6 }), { maxLength: 4 });
  fc.assert(
    fc.property(parts, parts, (one, other) => {
      expect(equalBytes(encodeParts(...one), encodeParts(...other))).toBe(JSON.stringify(one) === JSON.stringify(other));
    }),
    { numRuns: 500 },
  );
  expect(equalBytes(encodeParts("ab", "c"), encodeParts("a", "bc"))).toBe(false);
});

test("bytes are equal when all are", () => {
  expect(equalBytes(new Uint8Array([1, 2]), new Uint8Array([1, 2]))).toBe(true);
  expect(equalBytes(new Uint8Array([1, 2]), new Uint8Array([1, 3]))).toBe(false);
  expect(equalBytes(new Uint8Array([1, 2]), new Uint8Array([1]))).toBe(false);
});
