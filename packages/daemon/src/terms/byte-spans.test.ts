import fc from "fast-check";
import { expect, test } from "vitest";
import { ByteSpans } from "./byte-spans.ts";

test("bytes are counted once, whatever spans they come in", () => {
  const span = fc.tuple(fc.nat(200), fc.nat(40)).map(([start, length]) => [start, start + length] as const);
  fc.assert(
    fc.property(fc.array(span, { maxLength: 40 }), (added) => {
      const spans = new ByteSpans();
      const bytes = new Set<number>();
      for (const [start, end] of added) {
        spans.add(start, end);
        for (let at = start; at < end; at += 1) bytes.add(at);
        expect(spans.bytes).toBe(bytes.size);
      }
    }),
    { seed: 1 },
  );
});

test("a viewer that requests every second byte fills no memory: the gaps between them count as sent", () => {
  const spans = new ByteSpans();
  for (let at = 0; at < 10_000; at += 2) spans.add(at, at + 1);
  expect(spans.bytes).toBe(5000 + (5000 - 1024));
  spans.add(0, 10_000);
  expect(spans.bytes).toBe(10_000);
});
