import fc from "fast-check";
import { expect, test } from "vitest";
import { ChunkQueue, SMALL_CHUNK_BYTES } from "./chunk-queue.ts";
import { patternBytes } from "@rangecast/testkit/files/pattern";

/** What a queue holds, chunk by chunk; it is empty then. */
function drain(queue: ChunkQueue): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let chunk = queue.shift(); chunk !== undefined; chunk = queue.shift()) chunks.push(chunk);
  return chunks;
}

test("returns what was pushed, in order, however it was divided and whenever it is taken", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 0, max: 2 })), { maxLength: 40 }), (pushes) => {
      const queue = new ChunkQueue();
      const taken: Uint8Array[] = [];
      let offset = 0;
      for (const [length, takes] of pushes) {
        queue.push(patternBytes(offset, offset + length));
        offset += length;
        for (let count = 0; count < takes; count += 1) taken.push(queue.shift() ?? new Uint8Array(0));
      }
      taken.push(...drain(queue));
      expect(Buffer.concat(taken).equals(patternBytes(0, offset))).toBe(true);
      expect(queue.empty).toBe(true);
    }),
  );
});

test("large chunks are not copied", () => {
  const queue = new ChunkQueue();
  const chunk = patternBytes(0, SMALL_CHUNK_BYTES);
  queue.push(chunk);
  expect(queue.shift()).toBe(chunk);
});

test("memory stays near the bytes that it holds, even if a host sends them one at a time", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(1, 2, 100, SMALL_CHUNK_BYTES - 1, SMALL_CHUNK_BYTES, 16_384), { minLength: 1, maxLength: 300 }),
      (sizes) => {
        const queue = new ChunkQueue();
        for (const size of sizes) queue.push(new Uint8Array(size));
        const buffers = new Set(drain(queue).map(({ buffer }) => buffer));
        const held = [...buffers].reduce((sum, { byteLength }) => sum + byteLength, 0);
        const bytes = sizes.reduce((sum, size) => sum + size, 0);
        expect(held).toBeLessThanOrEqual(2 * bytes + SMALL_CHUNK_BYTES);
        expect(buffers.size).toBeLessThanOrEqual((2 * bytes) / SMALL_CHUNK_BYTES + 2);
      },
    ),
  );
});
