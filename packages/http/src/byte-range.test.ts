import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseRange } from "./byte-range.ts";

const part = (start: number, end: number) => ({ kind: "part", start, end });
const whole = { kind: "whole" };
const unsatisfiable = { kind: "unsatisfiable" };

describe("a Range header of a file of 1000 bytes", () => {
  test.each([
    ["first and last", "bytes=0-499", part(0, 500)],
    ["Safari's probe", "bytes=0-1", part(0, 2)],
    ["one byte", "bytes=7-7", part(7, 8)],
    ["the last byte", "bytes=999-999", part(999, 1000)],
    ["open end", "bytes=0-", part(0, 1000)],
    ["open end, from inside", "bytes=900-", part(900, 1000)],
    ["suffix", "bytes=-5", part(995, 1000)],
    ["suffix of exactly all", "bytes=-1000", part(0, 1000)],
    ["suffix longer than the file", "bytes=-5000", part(0, 1000)],
    ["end past the end", "bytes=500-5000", part(500, 1000)],
    ["end past any number", `bytes=500-${"9".repeat(400)}`, part(500, 1000)],
    ["leading zeros", "bytes=0007-0009", part(7, 10)],
    ["unit in capitals", "Bytes=0-1", part(0, 2)],
    ["white space around", " bytes=0-1 ", part(0, 2)],
    ["white space around the range", "bytes= 0-1 ", part(0, 2)],
    ["empty list elements", "bytes=,0-1,,", part(0, 2)],
  ])("%s: %s is a part", (_name, header, expected) => {
    expect(parseRange(header, 1000)).toEqual(expected);
  });

  test.each([
    ["start at the end", "bytes=1000-"],
    ["start past the end", "bytes=5000-6000"],
    ["start past any number", `bytes=${"9".repeat(400)}-`],
    ["suffix of zero bytes", "bytes=-0"],
  ])("%s: %s can't be satisfied", (_name, header) => {
    expect(parseRange(header, 1000)).toEqual(unsatisfiable);
  });

  test.each([
    ["end before start", "bytes=5-3"],
    ["end before start, past the end", "bytes=5000-3"],
    ["another unit", "items=0-1"],
    ["no unit", "0-1"],
    ["no equals sign", "bytes 0-1"],
    ["space before the equals sign", "bytes =0-1"],
    ["nothing", ""],
    ["no range", "bytes="],
    ["only a dash", "bytes=-"],
    ["letters", "bytes=a-b"],
    ["a sign", "bytes=+1-2"],
    ["a negative end", "bytes=1--2"],
    ["hexadecimal", "bytes=0x0-0x1"],
    ["a fraction", "bytes=0.5-1"],
    ["an exponent", "bytes=1e1-1e2"],
    ["white space inside", "bytes=0 -1"],
    ["trailing garbage", "bytes=0-1;q=1"],
    ["two ranges", "bytes=0-1,5-6"],
    ["two ranges, one of them unsatisfiable", "bytes=0-1,5000-"],
    ["digits of another script", "bytes=٠-١"],
  ])("%s: %s is ignored", (_name, header) => {
    expect(parseRange(header, 1000)).toEqual(whole);
  });

  test("no header means the whole file", () => {
    expect(parseRange(null, 1000)).toEqual(whole);
  });
});

describe("an empty file", () => {
  test.each(["bytes=0-", "bytes=0-0", "bytes=-0"])("%s can't be satisfied", (header) => {
    expect(parseRange(header, 0)).toEqual(unsatisfiable);
  });

  test("a suffix means the whole file, which is empty", () => {
    expect(parseRange("bytes=-5", 0)).toEqual(whole);
  });
});

test("a part is always within the file and never empty", () => {
  const number = fc.oneof(fc.nat(2000), fc.bigInt({ min: 0n, max: 1n << 80n }), fc.constant(""));
  fc.assert(
    fc.property(number, number, fc.nat(1500), (first, last, size) => {
      const found = parseRange(`bytes=${first}-${last}`, size);
      if (found.kind !== "part") return;
      expect(found.start).toBeGreaterThanOrEqual(0);
      expect(found.end).toBeGreaterThan(found.start);
      expect(found.end).toBeLessThanOrEqual(size);
    }),
  );
});

test("no text throws", () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(), (text, size) => {
      expect(["whole", "part", "unsatisfiable"]).toContain(parseRange(text, size).kind);
    }),
  );
});
