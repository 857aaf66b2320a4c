import { crc32 } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { patternBytes } from "@rangecast/testkit/files/pattern";
import { combineCrcs } from "./crc-combine.ts";
import { CrcSpans, MAX_SPANS } from "./crc-spans.ts";

test("the CRCs of two strings give that of both in a row", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 300 }), (first, later) => {
      expect(combineCrcs(crc32(first), crc32(later), later.byteLength)).toBe(crc32(Buffer.concat([first, later])));
    }),
    { seed: 14 },
  );
});

test("also if the later one is longer than 4 GiB", () => {
  // 2^33 zeros, made of halves.
  let zeros = crc32(new Uint8Array(1));
  for (let bytes = 1; bytes < 2 ** 33; bytes *= 2) zeros = combineCrcs(zeros, zeros, bytes);
  const grown = combineCrcs(combineCrcs(crc32("a"), zeros, 2 ** 33), crc32("b"), 1);
  expect(grown).toBe(combineCrcs(crc32("a"), combineCrcs(zeros, crc32("b"), 1), 2 ** 33 + 1));
});

test("spans that are read in any order, also twice, give the CRC of the file", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(999), fc.integer({ min: 1, max: 200 })), { maxLength: 30 }), (reads) => {
      const file = patternBytes(0, 1000);
      const spans = new CrcSpans(1000);
      for (const [start, length] of reads) spans.add(start, file.subarray(start, start + length));
      for (const { start, end } of spans.gaps()) spans.add(start, file.subarray(start, end));
      expect(spans.gaps()).toEqual([]);
      expect(spans.crc).toBe(crc32(file));
    }),
    { seed: 14 },
  );
});

test("the prefix ends at the first gap", () => {
  const file = patternBytes(0, 100);
  const spans = new CrcSpans(100);
  spans.add(50, file.subarray(50, 60));
  expect([spans.prefix, spans.crc]).toEqual([{ bytes: 0, crc: 0 }, undefined]);
  spans.add(0, file.subarray(0, 10));
  expect(spans.prefix).toEqual({ bytes: 10, crc: crc32(file.subarray(0, 10)) });
  expect(spans.gaps()).toEqual([
    { start: 10, end: 50 },
    { start: 60, end: 100 },
  ]);
  spans.add(0, file.subarray(0, 55));
  expect(spans.prefix.bytes).toBe(60);
});

test("a prefix that was known before is continued", () => {
  const file = patternBytes(0, 100);
  const spans = new CrcSpans(100);
  spans.start(40, crc32(file.subarray(0, 40)));
  spans.add(40, file.subarray(40));
  expect(spans.crc).toBe(crc32(file));
});

test("a reader that jumps about leaves a limited number of spans, and the CRC can still be had", () => {
  const file = patternBytes(0, 10_000);
  const spans = new CrcSpans(10_000);
  for (let start = 2; start < 10_000; start += 2) spans.add(start, file.subarray(start, start + 1));
  expect(spans.gaps().length).toBe(MAX_SPANS + 1);
  for (let reads = 0; spans.crc === undefined && reads < 200; reads += 1) {
    const [gap] = spans.gaps();
    if (gap !== undefined) spans.add(gap.start, file.subarray(gap.start, gap.end));
  }
  expect(spans.crc).toBe(crc32(file));
});
