import { expect, test } from "vitest";
import { ContentSamples } from "./content-samples.ts";
import type { PositionedReader } from "./read-fully.ts";
import { patternBytes } from "@rangecast/testkit/files/pattern";

const SIZE = 1_000_000;
const PIECE = 10_000;

function readerOf(bytes: Uint8Array): PositionedReader & { reads: number } {
  return {
    reads: 0,
    read(into, start, length, position) {
      this.reads += 1;
      const part = bytes.subarray(position, position + length);
      into.set(part, start);
      return Promise.resolve({ bytesRead: part.byteLength });
    },
  };
}

test("a file that only grew matches; a shorter file and one that differs at a sample don't", async () => {
  const bytes = patternBytes(0, SIZE);
  const samples = new ContentSamples();
  samples.keep(0, bytes.subarray(0, 4096));
  samples.keep(SIZE - 100, bytes.subarray(SIZE - 100));
  expect(await samples.match(readerOf(Buffer.concat([bytes, bytes])))).toBe(true);
  expect(await samples.match(readerOf(bytes.subarray(0, SIZE - 1)))).toBe(false);
  expect(await samples.match(readerOf(bytes.with(SIZE - 1, 255 ^ (bytes[SIZE - 1] ?? 0))))).toBe(false);
});

test("however much is read, few samples are kept, each part with the same probability", async () => {
  const bytes = patternBytes(0, SIZE);
  let state = 1;
  const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  const otherEnd = bytes.map((byte, at) => (at >= SIZE - PIECE ? byte ^ 1 : byte));
  let last = 0;
  for (let round = 0; round < 200; round += 1) {
    const samples = new ContentSamples(random);
    for (let at = 0; at < SIZE; at += PIECE) samples.note(at, bytes.subarray(at, at + PIECE));
    const reader = readerOf(bytes);
    expect(await samples.match(reader)).toBe(true);
    expect(reader.reads).toBe(16);
    if (!(await samples.match(readerOf(otherEnd)))) last += 1;
  }
  // 16 of 100 pieces: the last one is kept in about every sixth round.
  expect(last).toBeGreaterThan(10);
  expect(last).toBeLessThan(70);
});

test("a sample is a copy, because its buffer is reused", async () => {
  const buffer = Buffer.from("0123456789");
  const samples = new ContentSamples();
  samples.note(0, buffer);
  buffer.fill(0);
  expect(await samples.match(readerOf(Buffer.from("0123456789")))).toBe(true);
});
