import { expect, test } from "vitest";
import { type PositionedReader, readFully } from "./read-fully.ts";

/** Returns at most `most` bytes per read, as a network file system may. */
function shortReader(file: Uint8Array, most: number): PositionedReader {
  return {
    read(into, start, length, position) {
      const part = file.subarray(position, position + Math.min(length, most));
      into.set(part, start);
      return Promise.resolve({ bytesRead: part.byteLength });
    },
  };
}

test("short reads are continued until the buffer is full", async () => {
  const file = Uint8Array.from({ length: 100 }, (_, index) => index);
  const into = new Uint8Array(50);
  expect(await readFully(shortReader(file, 7), 20, into)).toBe(50);
  expect(into).toEqual(file.subarray(20, 70));
});

test("a read across the end returns the bytes up to it", async () => {
  const into = new Uint8Array(50);
  expect(await readFully(shortReader(new Uint8Array(60).fill(9), 7), 40, into)).toBe(20);
  expect(into).toEqual(Uint8Array.from({ length: 50 }, (_, index) => (index < 20 ? 9 : 0)));
});
