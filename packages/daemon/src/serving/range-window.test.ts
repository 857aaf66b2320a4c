import { expect, test } from "vitest";
import { rangeWindow } from "./range-window.ts";

const MAX = 2n ** 63n - 1n;

test.each<[string, bigint, bigint, [number, number] | undefined]>([
  ["a range inside the file", 10n, 20n, [10, 30]],
  ["the last byte", 99n, 1n, [99, 100]],
  ["length 0 means to the end", 10n, 0n, [10, 100]],
  ["a length past the end means to the end", 90n, 11n, [90, 100]],
  ["a length up to the end is taken as it is", 90n, 10n, [90, 100]],
  ["the largest length means to the end", 10n, MAX, [10, 100]],
  ["a length over 2^63 - 1 means to the end", 10n, MAX + 1n, [10, 100]],
  ["a length of 2^64 - 1 means to the end", 10n, 2n ** 64n - 1n, [10, 100]],
  ["an offset at the end is out of range", 100n, 1n, undefined],
  ["an offset past the end is out of range", 101n, 0n, undefined],
  ["the largest offset is out of range", MAX, 1n, undefined],
  ["an offset over 2^63 - 1 is out of range", MAX + 1n, 1n, undefined],
])("%s", (_name, offset, length, expected) => {
  const window = rangeWindow({ offset, length }, 100);
  expect(window).toEqual(expected === undefined ? undefined : { start: expected[0], end: expected[1] });
});

test.each([0n, 1n])("every range of an empty file is out of range (offset %d)", (offset) => {
  expect(rangeWindow({ offset, length: 0n }, 0)).toBeUndefined();
});

test("offsets past 4 GiB are exact", () => {
  const size = 5 * 2 ** 40;
  expect(rangeWindow({ offset: BigInt(size - 3), length: 2n }, size)).toEqual({ start: size - 3, end: size - 1 });
});
