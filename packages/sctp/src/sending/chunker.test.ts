import { expect, test } from "vitest";
import { ChunkRing } from "./chunk-ring.ts";
import { Chunker } from "./chunker.ts";
import { SendQueue } from "./send-queue.ts";

/** Payload bytes of the chunks of one message. */
function sizesOf(messageBytes: number, maxPayloadBytes: number): number[] {
  const chunker = new Chunker(new ChunkRing(1), new SendQueue(), { maxPayloadBytes }, false);
  chunker.add({ streamId: 0, protocolId: 53, unordered: false, bytes: new Uint8Array(messageBytes), meter: undefined, limits: undefined });
  const sizes: number[] = [];
  while (!chunker.empty) sizes.push(chunker.take().length);
  return sizes;
}

test.each([
  [1, [1]],
  [1000, [1000]],
  [1001, [501, 500]],
  [2999, [1000, 1000, 999]],
  [3001, [751, 750, 750, 750]],
])("a message of %d bytes is cut into chunks of the same size, at most 1,000 bytes", (bytes, sizes) => {
  expect(sizesOf(bytes, 1000)).toEqual(sizes);
});
