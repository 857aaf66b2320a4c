import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InterleavedQueue } from "./interleaved-queue.ts";
import { OutMessage } from "./out-chunk.ts";
import { OutStream } from "./out-stream.ts";

const message = (streamId: number, bytes: number): OutMessage =>
  new OutMessage(
    { streamId, protocolId: 53, unordered: false, bytes: new Uint8Array(bytes), meter: undefined, limits: undefined },
    new OutStream(streamId),
  );

/** Takes fragments of at most 10 bytes until nothing is left. @returns their streams */
function takeAll(queue: InterleavedQueue, most = 1000): number[] {
  const streams: number[] = [];
  for (let { first } = queue; first !== undefined && streams.length < most; { first } = queue) {
    streams.push(first.streamId);
    queue.take(Math.min(10, first.bytes.byteLength - first.at));
  }
  return streams;
}

describe("streams", () => {
  test("take turns by fragments, and a stream's messages go after each other", () => {
    const queue = new InterleavedQueue(1000);
    for (const [streamId, bytes] of [
      [1, 40],
      [2, 20],
      [1, 10],
      [3, 5],
    ] as const)
      queue.add(message(streamId, bytes));
    expect(takeAll(queue)).toEqual([1, 2, 3, 1, 2, 1, 1, 1]);
    expect(queue.bytes).toBe(0);
  });

  test("that come later wait for one turn", () => {
    const queue = new InterleavedQueue(1000);
    queue.add(message(1, 100));
    expect(takeAll(queue, 3)).toEqual([1, 1, 1]);
    queue.add(message(2, 20));
    expect(takeAll(queue, 5)).toEqual([1, 2, 1, 2, 1]);
  });
});

describe("messages that have begun", () => {
  test("stay within the limit, and one that is larger goes alone", () => {
    const queue = new InterleavedQueue(50);
    for (const streamId of [1, 2, 3]) queue.add(message(streamId, 20));
    queue.add(message(4, 80));
    queue.add(message(5, 10));
    expect(takeAll(queue)).toEqual([1, 2, 1, 2, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 5]);
  });

  test("don't keep a large one waiting for ever", () => {
    const queue = new InterleavedQueue(50);
    for (const streamId of [1, 2]) for (let count = 0; count < 5; count += 1) queue.add(message(streamId, 20));
    expect(takeAll(queue, 3)).toEqual([1, 2, 1]);
    queue.add(message(3, 80));
    expect(takeAll(queue).indexOf(3)).toBeLessThan(6);
  });

  test("make room when they are dropped", () => {
    const queue = new InterleavedQueue(50);
    const [large, other] = [message(1, 45), message(2, 45)];
    queue.add(large);
    queue.add(other);
    queue.take(10);
    queue.take(10);
    expect(queue.first).toBe(large);
    expect(queue.dropRest(other)).toBe(45 - other.at);
    expect(queue.dropRest(large)).toBe(25);
    expect([queue.first, queue.bytes]).toEqual([undefined, 0]);
  });
});

test("every message leaves whole and in order of its stream, whatever is added, taken and dropped", () => {
  const step = fc.oneof(
    fc.record({ add: fc.integer({ min: 0, max: 4 }), bytes: fc.integer({ min: 1, max: 120 }) }),
    fc.record({ take: fc.integer({ min: 1, max: 6 }) }),
    fc.record({ drop: fc.integer({ min: 0, max: 4 }) }),
    fc.record({ giveUp: fc.constant(true) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: "max" }), fc.integer({ min: 1, max: 200 }), (steps, limit) => {
      const queue = new InterleavedQueue(limit);
      const left: OutMessage[] = [];
      const remove = (gone: OutMessage): void => void left.splice(left.indexOf(gone), 1);
      const take = (): void => {
        const { first } = queue;
        if (first === undefined) return;
        expect(left.find(({ streamId }) => streamId === first.streamId)).toBe(first);
        queue.take(Math.min(10, first.bytes.byteLength - first.at));
        if (first.at === first.bytes.byteLength) remove(first);
        const begun = left.filter(({ at }) => at > 0);
        const sizes = begun.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
        expect(begun.length <= 1 || sizes <= limit).toBe(true);
      };
      for (const action of steps) {
        if ("add" in action) {
          const added = message(action.add, action.bytes);
          left.push(added);
          queue.add(added);
        } else if ("take" in action) for (let count = 0; count < action.take; count += 1) take();
        else if ("drop" in action) {
          const expected = left.filter(({ streamId, at }) => streamId === action.drop && at === 0);
          const dropped = queue.drop(action.drop, undefined);
          expect(dropped.length === expected.length && dropped.every((gone, index) => gone === expected[index])).toBe(true);
          for (const gone of dropped) remove(gone);
        } else {
          const begun = left.find(({ at }) => at > 0);
          if (begun === undefined) continue;
          queue.dropRest(begun);
          remove(begun);
        }
        expect(queue.bytes).toBe(left.reduce((sum, { bytes, at }) => sum + bytes.byteLength - at, 0));
        expect(queue.first === undefined).toBe(left.length === 0);
      }
      for (let count = 0; left.length > 0 && count < 10_000; count += 1) take();
      expect([left.length, queue.bytes]).toEqual([0, 0]);
    }),
    { seed: 8260, numRuns: 100 },
  );
});
