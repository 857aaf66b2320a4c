import fc from "fast-check";
import { expect, test } from "vitest";
import { BLOCK_BYTES, BlockCache } from "./block-cache.ts";

const FILE = Uint8Array.from({ length: 5 * BLOCK_BYTES }, (_, index) => (index * 7 + (index >> 8)) % 256);
const joined = (pieces: Uint8Array[]): Uint8Array => new Uint8Array(pieces.flatMap((piece) => [...piece]));

function cacheWith(...ranges: [number, number][]): BlockCache {
  const cache = new BlockCache();
  for (const [start, end] of ranges) cache.put(start, FILE.subarray(start, end));
  return cache;
}

test("returns stored bytes, up to the requested end", () => {
  expect(joined(cacheWith([100, 200]).take(150, 180))).toEqual(FILE.slice(150, 180));
});

test("returns the beginning if the end isn't stored", () => {
  expect(joined(cacheWith([100, 200]).take(150, 1000))).toEqual(FILE.slice(150, 200));
});

test("returns nothing if the beginning isn't stored", () => {
  expect(cacheWith([100, 200]).take(99, 150)).toEqual([]);
  expect(cacheWith([100, 200]).take(200, 250)).toEqual([]);
});

test("joins adjacent bytes across blocks", () => {
  const cache = cacheWith([BLOCK_BYTES - 50, BLOCK_BYTES], [BLOCK_BYTES, BLOCK_BYTES + 50]);
  expect(joined(cache.take(BLOCK_BYTES - 50, BLOCK_BYTES + 50))).toEqual(FILE.slice(BLOCK_BYTES - 50, BLOCK_BYTES + 50));
});

test("keeps a copy: the caller may change its bytes", () => {
  const cache = new BlockCache();
  const bytes = new Uint8Array([1, 2, 3]);
  cache.put(0, bytes);
  bytes.fill(9);
  expect(joined(cache.take(0, 3))).toEqual(new Uint8Array([1, 2, 3]));
});

test("drops the least recently used bytes; bytes that were returned stay valid", () => {
  const cache = new BlockCache(2 * BLOCK_BYTES);
  cache.put(0, FILE.subarray(0, 10));
  cache.put(BLOCK_BYTES, FILE.subarray(BLOCK_BYTES, BLOCK_BYTES + 10));
  const taken = cache.take(0, 10);
  cache.put(2 * BLOCK_BYTES, FILE.subarray(2 * BLOCK_BYTES, 2 * BLOCK_BYTES + 10));
  expect(cache.take(BLOCK_BYTES, BLOCK_BYTES + 10)).toEqual([]);
  expect(joined(cache.take(0, 10))).toEqual(FILE.slice(0, 10));
  expect(joined(taken)).toEqual(FILE.slice(0, 10));
});

test("whatever is stored in any order, each returned byte is the file's", () => {
  const range = fc.tuple(fc.nat(FILE.length - 1), fc.integer({ min: 1, max: BLOCK_BYTES * 2 }));
  fc.assert(
    fc.property(fc.array(range, { maxLength: 8 }), range, (puts, [start, length]) => {
      const cache = new BlockCache(3 * BLOCK_BYTES);
      for (const [at, size] of puts) cache.put(at, FILE.subarray(at, at + size));
      let at = start;
      for (const bytes of cache.take(start, start + length)) {
        expect(Buffer.compare(bytes, FILE.subarray(at, at + bytes.byteLength))).toBe(0);
        at += bytes.byteLength;
      }
      expect(at).toBeLessThanOrEqual(start + length);
    }),
    { numRuns: 60 },
  );
});
