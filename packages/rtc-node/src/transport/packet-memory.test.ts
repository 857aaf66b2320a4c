import { expect, test } from "vitest";

import { PacketMemory } from "./packet-memory.ts";

test("copies stay as they are, whatever is copied later", () => {
  const memory = new PacketMemory();
  const packet = new Uint8Array(1_400);
  const copies = Array.from({ length: 200 }, (_, count) => memory.copy(packet.fill(count)));
  copies.push(memory.copy(new Uint8Array(100_000).fill(200)));
  for (const [count, copy] of copies.entries()) expect(copy.every((byte) => byte === count)).toBe(true);
  expect(copies.at(-1)?.byteLength).toBe(100_000);
});
