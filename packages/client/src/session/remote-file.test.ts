import { RangeStatus } from "@rangecast/wire";
import { settle } from "@rangecast/testkit/settle";
import { describe, expect, test } from "vitest";
import { READ_BUFFER_BYTES } from "../scheduling/scheduler.ts";
import { openFileBench, readServed } from "../testing/file-bench.ts";
import { isPattern, patternBytes } from "@rangecast/testkit/files/pattern";
import { OUTSTANDING_BYTES, PIECE_BYTES } from "../testing/fixed-window.ts";

const MIB = 1024 * 1024;
/** Most bytes that may be asked for beyond what the consumer took. */
const READ_AHEAD_BYTES = OUTSTANDING_BYTES + READ_BUFFER_BYTES;

describe("stream", () => {
  test.each([
    ["the whole file", 0, 3 * MIB],
    ["a part of it", 12_345, 2 * MIB + 1],
    ["its last byte", 3 * MIB - 1, 3 * MIB],
    ["less than a chunk", 5, 6],
    ["exactly one piece", PIECE_BYTES, 2 * PIECE_BYTES],
  ])("gives %s", async (_, start, end) => {
    const { file, agent } = await openFileBench({ size: 3 * MIB });
    expect(isPattern(await readServed(file.stream({ start, end }), agent), start, end)).toBe(true);
    expect(file.stats()).toMatchObject({ receivedBytes: end - start, droppedMessages: 0 });
    expect(agent.mostRanges).toBeLessThanOrEqual(2);
  });

  test.each([
    ["an agent that flags no last chunk", { flagsNothing: true }],
    ["an agent that sends a byte at a time", { chunkBytes: 1, size: 3000 }],
    ["an agent that is busy at first", { busyFirst: 3, size: 3000 }],
    ["an agent that sends large chunks", { announcement: { version: 1, features: ["large-chunks"] } }],
  ])("gives the file of %s", async (_, script) => {
    const { file, agent } = await openFileBench(script);
    expect(isPattern(await readServed(file.stream(), agent), 0, file.size)).toBe(true);
  });

  test("of an empty file, or of no bytes, closes at once and requests nothing", async () => {
    const empty = await openFileBench({ size: 0 });
    expect(await readServed(empty.file.stream(), empty.agent)).toEqual(new Uint8Array(0));
    const { file, agent } = await openFileBench({ size: 10 });
    expect(await readServed(file.stream({ start: 10 }), agent)).toEqual(new Uint8Array(0));
    expect([empty.agent.requests, agent.requests]).toEqual([0, 0]);
  });

  test.each([
    [11, 11],
    [0, 11],
    [5, 4],
    [-1, 5],
  ])("errors with out-of-range for bytes %i to %i of a file of 10, and requests nothing", async (start, end) => {
    const { file, agent } = await openFileBench({ size: 10 });
    await expect(file.stream({ start, end }).getReader().read()).rejects.toMatchObject({ name: "ClientError", reason: "out-of-range" });
    await expect(file.read({ start, end })).rejects.toMatchObject({ reason: "out-of-range" });
    expect(agent.requests).toBe(0);
  });

  test("throws if start or end isn't an integer: the caller's mistake", async () => {
    const { file } = await openFileBench({ size: 10 });
    expect(() => file.stream({ start: 0.5 })).toThrow(RangeError);
    expect(() => file.stream({ end: Number.NaN })).toThrow(RangeError);
  });

  test("never closes short: a file that shrank under an old agent errors with file-changed", async () => {
    const { file, agent } = await openFileBench({ size: MIB, realSize: MIB - 1 });
    await expect(readServed(file.stream(), agent)).rejects.toMatchObject({ name: "ClientError", reason: "file-changed" });
  });

  test("errors if a byte too many arrives", async () => {
    const { file, channel } = await openFileBench({ size: 10 });
    channel.onsent = (frame) => {
      const { type, streamId } = frame;
      if (type === "range-req") queueMicrotask(() => channel.give({ type: "range-data", streamId, last: true, data: patternBytes(0, 11) }));
    };
    await expect(file.stream().getReader().read()).rejects.toMatchObject({ reason: "protocol-error" });
  });

  test("errors with the reason for which the host closed", async () => {
    const { file, agent } = await openFileBench();
    const reader = file.stream().getReader();
    const first = reader.read();
    await settle();
    agent.step();
    await first;
    agent.goodbye("revoked", "no more");
    await expect(reader.read()).rejects.toMatchObject({ reason: "host-revoked", message: "no more" });
    expect(await file.closed).toEqual({ reason: "host-revoked", message: "no more" });
    expect(file.state).toEqual({ phase: "closed", reason: "host-revoked", message: "no more" });
    await expect(file.stream().getReader().read()).rejects.toMatchObject({ reason: "host-revoked" });
  });
});

describe("back-pressure", () => {
  test("nothing is requested before the first read", async () => {
    const { file, agent } = await openFileBench();
    file.stream();
    await settle();
    expect(agent.requests).toBe(0);
  });

  test("a consumer that stops reading is sent a bounded number of bytes, however long the file", async () => {
    const { file, agent } = await openFileBench({ size: 1000 * MIB });
    const reader = file.stream().getReader();
    let taken = 0;
    for (let reads = 0; reads < 20; reads += 1) {
      const read = reader.read();
      await agent.serve();
      taken += (await read).value?.byteLength ?? 0;
      await agent.serve();
      expect(file.stats().receivedBytes - taken).toBeLessThanOrEqual(READ_AHEAD_BYTES);
    }
    expect(file.stats().receivedBytes - taken).toBeGreaterThan(READ_AHEAD_BYTES - PIECE_BYTES);
    expect(agent.mostOutstanding).toBeLessThanOrEqual(OUTSTANDING_BYTES);
    await reader.cancel();
  });

  test("a hundred streams at once request no more than one of them would", async () => {
    const { file, agent } = await openFileBench({ size: 10 * MIB });
    const readers = Array.from({ length: 100 }, (_, index) => file.stream({ start: index * 1000 }).getReader());
    for (const reader of readers) reader.read().catch(() => undefined);
    for (let steps = 0; steps < 500; steps += 1) {
      await settle();
      agent.step();
    }
    expect(agent.mostRanges).toBeLessThanOrEqual(4);
    expect(agent.mostOutstanding).toBeLessThanOrEqual(OUTSTANDING_BYTES);
  });
});

describe("cancel", () => {
  test("of a stream goes out on the wire at once", async () => {
    const { file, agent } = await openFileBench();
    const reader = file.stream().getReader();
    void reader.read();
    await settle();
    await reader.cancel("seek");
    expect(agent.cancels).toBe(2);
    expect(agent.step()).toBe(false);
  });

  test("while a read waits leaves no error behind", async () => {
    const { file } = await openFileBench();
    const reader = file.stream().getReader();
    const read = reader.read();
    await settle();
    await reader.cancel();
    expect(await read).toEqual({ done: true, value: undefined });
  });

  test("by a signal errors the stream with aborted, its reason as the cause", async () => {
    const { file, agent } = await openFileBench();
    const controller = new AbortController();
    const reader = file.stream({ signal: controller.signal }).getReader();
    const read = reader.read();
    await settle();
    controller.abort("enough");
    await expect(read).rejects.toMatchObject({ name: "ClientError", reason: "aborted", cause: "enough" });
    expect(agent.cancels).toBe(2);
  });

  test("by a signal that is aborted already requests nothing", async () => {
    const { file, agent } = await openFileBench();
    await expect(file.read({ start: 0, end: 5, signal: AbortSignal.abort() })).rejects.toMatchObject({ reason: "aborted" });
    await expect(file.stream({ signal: AbortSignal.abort() }).getReader().read()).rejects.toMatchObject({ reason: "aborted" });
    expect(agent.requests).toBe(0);
  });

  test("at an old agent that ignores it: the seek's bytes are right, and data of the old range is dropped", async () => {
    const { file, agent } = await openFileBench({ size: 4 * MIB, deafToCancel: true });
    for (let seek = 0; seek < 20; seek += 1) {
      const reader = file.stream({ start: seek * 1000 }).getReader();
      const read = reader.read();
      await settle();
      agent.step();
      await reader.cancel();
      await read;
    }
    expect(isPattern(await readServed(file.stream({ start: 3 * MIB }), agent), 3 * MIB, 4 * MIB)).toBe(true);
    expect(file.stats().droppedMessages).toBeGreaterThan(0);
  });
});

describe("read", () => {
  test("returns exactly the requested bytes", async () => {
    const { file, agent } = await openFileBench({ size: 2 * MIB });
    const read = file.read({ start: 1000, end: 1_500_000 });
    await agent.serve();
    expect(isPattern(await read, 1000, 1_500_000)).toBe(true);
  });

  test("rejects with the reason", async () => {
    const { file, channel } = await openFileBench();
    const read = file.read({ start: 0, end: 10 });
    channel.give({ type: "range-end", streamId: channel.sentOf("range-req")[0]?.streamId ?? -1, status: RangeStatus.UNREADABLE });
    await expect(read).rejects.toMatchObject({ reason: "unreadable" });
  });
});

describe("a file", () => {
  test("is described by HELLO", async () => {
    const announcement = { version: 1, mediaType: "video/mp4", etag: '"e"', modifiedMs: 7, features: [] };
    const { file } = await openFileBench({ name: "../film.mp4", size: 99, announcement });
    expect(file).toMatchObject({ name: "../film.mp4", size: 99, mediaType: "video/mp4", etag: '"e"', modifiedMs: 7 });
    expect(file.state).toEqual({ phase: "open" });
    const base = await openFileBench({ name: "n", size: 1 });
    expect(Object.keys(base.file)).not.toContain("etag");
  });

  test("closes: its streams error with closed, closed resolves, and it can be closed again", async () => {
    const { file, agent } = await openFileBench();
    const read = file.stream().getReader().read();
    await settle();
    const rejected = expect(read).rejects.toMatchObject({ reason: "closed" });
    await file.close();
    await rejected;
    expect((await file.closed).reason).toBe("closed");
    await file.close();
    expect(agent.step()).toBe(true); // It was asked; but nobody is there any more.
  });

  test("reports round trip and path", async () => {
    const { file } = await openFileBench();
    await settle();
    expect(file.stats().rttMs).toBeGreaterThanOrEqual(0);
    expect(await file.path()).toEqual({ kind: "direct", rttMs: 50 });
  });
});
