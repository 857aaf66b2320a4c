import fc from "fast-check";
import { expect, test } from "vitest";
import { ClientError } from "../client-error.ts";
import { openFileBench } from "../testing/file-bench.ts";
import { isPattern } from "@rangecast/testkit/files/pattern";
import { fixedWindow } from "../testing/fixed-window.ts";

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("readers that come and go at a real channel and an agent of any habits each get their bytes, once and in order", async () => {
  const reader = fc.record({
    start: fc.nat(20_000),
    length: fc.nat(20_000),
    /** Steps of the agent before it comes. */
    delay: fc.nat(10),
    /** Gives up after so many chunks. */
    chunks: fc.option(fc.nat(6), { nil: undefined }),
  });
  const habits = fc.record({
    chunkBytes: fc.integer({ min: 50, max: 5000 }),
    deafToCancel: fc.boolean(),
    busyFirst: fc.nat(1),
    flagsNothing: fc.boolean(),
  });
  const window = fc.record({ outstandingBytes: fc.integer({ min: 1000, max: 9000 }), pieceBytes: fc.integer({ min: 500, max: 1000 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(reader, { minLength: 1, maxLength: 8 }), habits, window, async (readers, script, sizes) => {
      const { file, agent } = await openFileBench({ size: 20_000, ...script }, fixedWindow(sizes));
      const serving = new AbortController();
      const served = agent.serveUntil(serving.signal);
      const all = readers.map(async ({ start, length, delay, chunks }) => {
        for (let steps = 0; steps < delay; steps += 1) await settle();
        const end = Math.min(file.size, start + length);
        const stream = file.stream({ start, end }).getReader();
        let next = start;
        for (let count = 0; count !== chunks; count += 1) {
          const { done, value } = await stream.read();
          if (done) return expect(next).toBe(end);
          expect(isPattern(value, next, next + value.byteLength)).toBe(true);
          next += value.byteLength;
        }
        await stream.cancel();
      });
      await Promise.all(all);
      serving.abort();
      await served;
      if (!script.deafToCancel) {
        expect(agent.mostRanges).toBeLessThanOrEqual(4);
        expect(agent.mostOutstanding).toBeLessThanOrEqual(sizes.outstandingBytes);
      }
      await file.close();
    }),
    { numRuns: 40 },
  );
}, 60_000);

test("whatever an agent sends, a reader gets the right bytes or a typed error, and never bytes that it did not request", async () => {
  const message = fc.oneof(
    { weight: 2, arbitrary: fc.uint8Array({ maxLength: 60 }).map((bytes) => Uint8Array.from(bytes)) },
    {
      weight: 8,
      arbitrary: fc
        .record({
          type: fc.integer({ min: 0, max: 9 }),
          flags: fc.nat(255),
          streamId: fc.oneof(fc.nat(6), fc.nat(0xffff_ffff)),
          payload: fc.uint8Array({ maxLength: 600 }),
        })
        .map(({ type, flags, streamId, payload }) => {
          const bytes = new Uint8Array(12 + payload.length);
          const view = new DataView(bytes.buffer);
          view.setUint8(0, type);
          view.setUint8(1, flags);
          view.setUint32(4, streamId);
          view.setUint32(8, payload.length);
          bytes.set(payload, 12);
          return bytes;
        }),
    },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(message, { maxLength: 60 }), async (messages) => {
      const { file, channel } = await openFileBench({ size: 1000 });
      channel.onsent = undefined;
      const reads = [file.read({ start: 0, end: 500 }), file.read({ start: 500, end: 1000 })];
      const outcomes = Promise.allSettled(reads);
      for (const bytes of messages) channel.giveRaw(bytes.buffer);
      expect(file.stats().receivedBytes).toBeLessThanOrEqual(1000);
      await file.close();
      for (const outcome of await outcomes) {
        if (outcome.status === "fulfilled") expect(outcome.value.byteLength).toBe(500);
        else expect(outcome.reason).toBeInstanceOf(ClientError);
      }
    }),
    { numRuns: 200 },
  );
}, 60_000);
