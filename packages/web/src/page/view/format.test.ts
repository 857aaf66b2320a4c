import { expect, test } from "vitest";
import { formatBytes, formatMs, formatRate, formatTimeLeft } from "./format.ts";

test.each([
  [0, "0 bytes"],
  [1, "1 byte"],
  [999, "999 bytes"],
  [1000, "1 kB"],
  [1234, "1.23 kB"],
  [12_345, "12.3 kB"],
  [123_456, "123 kB"],
  [999_999, "1 MB"],
  [1_400_000_000, "1.4 GB"],
  [53_687_091_200, "53.7 GB"],
  [Number.MAX_SAFE_INTEGER, "9.01 PB"],
])("%d bytes are %s", (bytes, expected) => {
  expect(formatBytes(bytes)).toBe(expected.replaceAll(" ", "\u00a0"));
});

test("a rate", () => {
  expect(formatRate(24_000_000.4)).toBe("24\u00a0MB/s");
});

test.each([
  [1000, 100, "10 s left"],
  [6000, 100, "1 min left"],
  [100 * 61, 100, "2 min left"],
  [3_660_000, 1000, "1 h 1 min left"],
  [1, 0, undefined],
  [1e15, 1, undefined],
])("%d bytes at %d a second: %s", (left, rate, expected) => {
  expect(formatTimeLeft(left, rate)?.replaceAll("\u00a0", " ")).toBe(expected);
});

test("milliseconds are rounded to at least 1", () => {
  expect(formatMs(0.2)).toBe("1\u00a0ms");
  expect(formatMs(22.6)).toBe("23\u00a0ms");
});
