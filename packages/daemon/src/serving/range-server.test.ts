import { utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { RangeStatus } from "@rangecast/wire";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { openFile } from "../resources/local-file.ts";
import { singleResource } from "../resources/resource.ts";
import type { FileChange } from "../resources/file-version.ts";
import { FakeChannel } from "@rangecast/testkit/fakes/fake-channel";
import { settle } from "@rangecast/testkit/settle";
import { dataFrames, gated, KIB, rangeBench } from "../testing/range-bench.ts";
import { temporaryFolder } from "@rangecast/testkit/files/temporary-folder";

describe("HELLO", () => {
  test("comes first, with stream id 0, size, name, the seekable flag and the announcement", () => {
    const { server, channel } = rangeBench(1234, { displayName: "Füße 影片.mp4" });
    server.start();
    expect(channel.sent).toEqual([
      {
        type: "hello",
        streamId: 0,
        size: 1234n,
        name: "Füße 影片.mp4",
        transcoding: false,
        seekable: true,
        announcement: {
          version: 1,
          mediaType: "video/mp4",
          modifiedMs: 1_700_000_000_000,
          etag: '"v1"',
          features: ["goodbye", "large-chunks", "status-changed", "prompt-cancel", "many-ranges", "handles"],
        },
      },
    ]);
  });

  test("announces that the transport paces, if it says how many bytes it needs; then nothing is measured by PINGs", async () => {
    const { server, channel, request, ended } = rangeBench(200 * KIB);
    const paced = new FakeChannel();
    paced.supplyBytes = 64 * KIB;
    expect(channel.limiterPings).toEqual([]);
    server.start();
    request(1, 0, 0);
    await ended(1);
    expect(channel.limiterPings.length).toBeGreaterThan(0);
    const other = rangeBench(200 * KIB, { channel: paced });
    other.server.start();
    other.request(1, 0, 0);
    await vi.waitFor(() => expect(paced.endsOf(1)).toHaveLength(1));
    expect(paced.sent[0]).toMatchObject({ type: "hello", announcement: { features: expect.arrayContaining(["paced"]) } });
    expect(channel.sent[0]).toMatchObject({ announcement: { features: expect.not.arrayContaining(["paced"]) } });
    expect(paced.limiterPings).toEqual([]);
  });

  test("a name of any length fits the smallest accepted max-message-size, truncated between characters", () => {
    const { server, channel } = rangeBench(1, { displayName: "影".repeat(100_000), maxMessageSize: 1024 });
    channel.maxMessageSize = 1024;
    server.start();
    expect(channel.sent).toMatchObject([{ type: "hello", name: "影".repeat(170) }]);
  });
});

describe("a range", () => {
  test("is RANGE_DATA in offset order, the last one flagged, then one RANGE_END with status 0", async () => {
    const { request, ended, channel, source } = rangeBench(100 * KIB);
    request(7, 1000, 40_000);
    expect(await ended(7)).toBe(RangeStatus.DONE);
    expect(channel.bytesOf(7)).toEqual(Buffer.from(source.bytes.subarray(1000, 41_000)));
    expect(dataFrames(channel, 7).map(({ last }) => last)).toEqual([false, false, true]);
    expect(channel.sent.at(-1)).toEqual({ type: "range-end", streamId: 7, status: 0 });
    expect(channel.endsOf(7)).toHaveLength(1);
  });

  test("goes out in chunks of at most 16,384 bytes to a browser that did not request more", async () => {
    const { request, ended, channel } = rangeBench(40_000);
    request(1, 0, 0, { extended: true });
    await ended(1);
    expect(dataFrames(channel, 1).map(({ bytes }) => bytes)).toEqual([16_384, 16_384, 40_000 - 2 * 16_384]);
  });

  test.each([
    [262_144, 65_535 - 12],
    [undefined, 65_535 - 12],
    [0, 65_535 - 12],
    [30_000, 30_000 - 12],
  ])("goes out in large chunks to a browser that requested them, up to its SDP's max-message-size (%s)", async (maxMessageSize, chunk) => {
    const { request, ended, channel } = rangeBench(200_000, { maxMessageSize });
    request(1, 0, 0, { largeChunks: true });
    await ended(1);
    expect(dataFrames(channel, 1)[0]?.bytes).toBe(chunk);
    request(2, 0, 0);
    await ended(2);
    expect(dataFrames(channel, 2)[0]?.bytes).toBe(16_384);
  });

  test("has smaller chunks if the SDP's max-message-size is below a base chunk", async () => {
    const { request, ended, channel, source } = rangeBench(10_000, { maxMessageSize: 2000 });
    channel.maxMessageSize = 2000;
    request(1, 0, 0);
    expect(await ended(1)).toBe(RangeStatus.DONE);
    expect(channel.bytesOf(1)).toEqual(Buffer.from(source.bytes));
  });

  test("of an offset at the end, or of an empty file, ends with status 2", async () => {
    const { request, ended } = rangeBench(100);
    request(1, 100, 1);
    request(2, 2n ** 63n, 0);
    expect([await ended(1), await ended(2)]).toEqual([2, 2]);
    const empty = rangeBench(0);
    empty.request(1, 0, 0);
    expect(await empty.ended(1)).toBe(RangeStatus.OUT_OF_RANGE);
  });

  test("length 0, past the end and over 2^63 - 1 are served to the end of the file", async () => {
    const { request, ended, channel, source } = rangeBench(1000);
    request(1, 400, 0);
    request(2, 400, 601);
    request(3, 400, 2n ** 63n);
    await Promise.all([ended(1), ended(2), ended(3)]);
    for (const id of [1, 2, 3]) expect(channel.bytesOf(id)).toEqual(Buffer.from(source.bytes.subarray(400)));
  });

  test("that can't be read ends with status 3, and is logged once", async () => {
    const { request, ended, source, lines } = rangeBench();
    source.readError = new Error("EIO");
    request(1, 0, 10);
    request(2, 0, 10);
    expect([await ended(1), await ended(2)]).toEqual([3, 3]);
    expect(lines.filter(({ level }) => level === "error")).toHaveLength(1);
  });

  test("C-16: whose stream id was cancelled just before is served, and nothing of the old range follows its first byte", async () => {
    const { request, give, ended, channel, source } = rangeBench(100_000);
    const open = gated(source);
    request(1, 0, 50_000);
    await settle();
    give({ type: "cancel", streamId: 1 });
    request(1, 60_000, 20_000);
    open();
    expect(await ended(1)).toBe(RangeStatus.DONE);
    await settle();
    expect(channel.bytesOf(1)).toEqual(Buffer.from(source.bytes.subarray(60_000, 80_000)));
    expect(channel.endsOf(1)).toEqual([0]);
  });

  test("C-16: whose stream id a running range has stops that one and is served: their frames don't mix", async () => {
    const { request, ended, channel, source, server } = rangeBench(3000 * KIB);
    channel.drains = false;
    request(1, 0, 2900 * KIB);
    await settle();
    const before = channel.bytesOf(1).byteLength;
    expect(before).toBeGreaterThan(0);
    request(1, 500_000, 10_000);
    channel.drains = true;
    channel.drainTo(0);
    expect(await ended(1)).toBe(RangeStatus.DONE);
    await settle();
    expect(channel.bytesOf(1).subarray(before)).toEqual(Buffer.from(source.bytes.subarray(500_000, 510_000)));
    expect([channel.endsOf(1), server.ranges, server.dropped]).toEqual([[0], 0, 0]);
  });

  test("C-16: whose stream id a waiting range has replaces that one in the queue", async () => {
    const { request, ended, channel, source } = rangeBench(1000);
    const open = gated(source);
    for (const id of [1, 2, 3, 4]) request(id, 0, 10);
    request(5, 0, 10);
    request(5, 500, 10);
    open();
    expect(await ended(5)).toBe(RangeStatus.DONE);
    await settle();
    expect(channel.bytesOf(5)).toEqual(Buffer.from(source.bytes.subarray(500, 510)));
  });

  test("C-16: that can't be served stops the range of its stream id too, and is answered once", async () => {
    const { request, channel, source } = rangeBench(1000);
    const open = gated(source);
    request(1, 0, 10);
    request(1, 1000, 10);
    open();
    await settle();
    expect(channel.sent).toEqual([{ type: "range-end", streamId: 1, status: RangeStatus.OUT_OF_RANGE }]);
  });

  // However ids are reused, the newest range of each id is answered, completely and last.
  test("C-16: is answered whatever ids a careless browser uses", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ id: fc.integer({ min: 1, max: 3 }), cancel: fc.boolean(), pause: fc.boolean() }), { maxLength: 30 }),
        async (steps) => {
          const { request, give, channel, source } = rangeBench(1000);
          const newest = new Map<number, number>();
          for (const [index, { id, cancel, pause }] of steps.entries()) {
            if (cancel) give({ type: "cancel", streamId: id });
            if (cancel && index % 2 === 0) newest.delete(id);
            else {
              request(id, index * 10, 10);
              newest.set(id, index * 10);
            }
            if (pause) await settle();
          }
          await settle();
          for (const [id, offset] of newest) {
            const frames = channel.sent.filter(({ streamId }) => streamId === id);
            expect(frames.slice(-2)).toEqual([
              { type: "range-data", streamId: id, last: true, data: expect.anything() },
              { type: "range-end", streamId: id, status: RangeStatus.DONE },
            ]);
            expect(channel.bytesOf(id).subarray(-10)).toEqual(Buffer.from(source.bytes.subarray(offset, offset + 10)));
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe("a file that changes", () => {
  test.each<[FileChange, number, number]>([
    ["shrunk", 3, 4],
    ["rewritten", 3, 4],
    ["grown", 0, 0],
    ["replaced", 0, 4],
    ["gone", 0, 5],
    ["same", 0, 0],
  ])("(%s) ends a range with status %d for a base browser and %d for an extended one", async (change, base, extended) => {
    const { request, ended, source } = rangeBench(1000);
    source.change = change;
    request(1, 0, 10);
    expect(await ended(1)).toBe(base);
    request(2, 0, 10, { extended: true });
    expect(await ended(2)).toBe(extended);
  });

  test("however short a range is, the file is checked after its last read before status 0 is sent", async () => {
    const path = join(await temporaryFolder(), "film.mp4");
    await writeFile(path, "version one");
    const source = await openFile(path);
    const { request, ended, channel } = rangeBench(0, { resources: singleResource(source) });
    await writeFile(path, "VERSION TWO");
    await utimes(path, 1, 1);
    request(1, 0, 0, { extended: true });
    expect(await ended(1)).toBe(RangeStatus.CHANGED);
    expect(dataFrames(channel, 1)).toEqual([]);
    await source.close();
  });

  test("a file that shrank while it was read ends the range with status 3, for an extended browser 4, and no short chunk is sent", async () => {
    const { request, ended, source, channel } = rangeBench(100 * KIB);
    source.bytes = source.bytes.subarray(0, 20_000);
    source.readChange = "shrunk";
    request(1, 0, 0);
    expect(await ended(1)).toBe(RangeStatus.UNREADABLE);
    expect(dataFrames(channel, 1)).toEqual([]);
    request(2, 0, 0, { extended: true });
    expect(await ended(2)).toBe(RangeStatus.CHANGED);
  });

  test("a file that is shorter than the system reports, and did not change, could not be read: status 3 for every browser", async () => {
    const { request, ended, source, channel, lines } = rangeBench(100 * KIB);
    source.bytes = source.bytes.subarray(0, 20_000);
    for (const [id, extended] of [[1, false] as const, [2, true] as const]) {
      request(id, 0, 0, { extended });
      expect(await ended(id)).toBe(RangeStatus.UNREADABLE);
      expect(dataFrames(channel, id)).toEqual([{ last: false, bytes: 16_384 }]);
    }
    expect(lines).toContainEqual(expect.objectContaining({ level: "error", message: "the file can't be read" }));
  });
});

test("delivered bytes are those that have left the channel's queue", async () => {
  const { request, ended, channel, server } = rangeBench(50_000);
  channel.drains = false;
  request(1, 0, 0);
  await ended(1);
  expect([server.sentBytes, server.deliveredBytes]).toEqual([50_000, 0]);
  channel.drainTo(20_000);
  expect(server.deliveredBytes).toBe(30_000);
});

test("serving uses a bounded number of buffers, whatever is requested", async () => {
  const { request, ended, server } = rangeBench(2000 * KIB);
  for (let round = 0; round < 50; round += 1) {
    const ids = Array.from({ length: 10 }, (_, index) => 1 + round * 10 + index);
    for (const id of ids) request(id, id * 7, round % 2 === 0 ? 40 * KIB + id : 1 + (id % 999), { largeChunks: id % 2 === 0 });
    await Promise.all(ids.map(ended));
  }
  expect(server.allocatedBuffers).toBeLessThanOrEqual(16);
  expect(server.sentBytes).toBeGreaterThan(8 * 1024 * KIB);
});

test("a max-message-size that is too small for a HELLO is our own fault: such an offer should have been refused", () => {
  expect(() => rangeBench(1, { maxMessageSize: 10 })).toThrow(RangeError);
});
