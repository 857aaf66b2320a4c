import { encodeFrame, MANY_RANGES, RangeStatus } from "@rangecast/wire";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { BEAT_MS } from "./heartbeat.ts";
import { SILENT_RANGE_BEATS } from "./range-channel.ts";
import { createRangeChannelBench, openRangeChannelBench } from "../testing/range-channel-bench.ts";
import { patternBytes } from "@rangecast/testkit/files/pattern";
import { fixedWindow } from "../testing/fixed-window.ts";
import type { HostFacts } from "../window/window.ts";

const DONE = { kind: "done" };
const bytesOf = (chunks: readonly Uint8Array[]): Uint8Array => Uint8Array.from(chunks.flatMap((chunk) => [...chunk]));

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("ranges", () => {
  test("a RANGE_REQ carries offset and length, and its bytes arrive in order", async () => {
    const { rangeChannel, agent, channel } = createRangeChannelBench();
    agent.hello();
    const chunks: Uint8Array[] = [];
    const onEnd = vi.fn<(result: unknown) => void>();
    rangeChannel.request({ handle: 0, offset: 100, length: 40_000, onData: (bytes) => chunks.push(bytes), onEnd });
    expect(channel.sentOf("range-req")).toMatchObject([{ offset: 100n, length: 40_000n }]);
    while (agent.step());
    expect(bytesOf(chunks)).toEqual(patternBytes(100, 40_100));
    expect(onEnd.mock.calls).toEqual([[DONE]]);
    expect(rangeChannel.receivedBytes).toBe(40_000);
  });

  test("a stream id is never used again, by ranges or PINGs", async () => {
    const { channel, ask, give } = openRangeChannelBench();
    for (let round = 0; round < 20; round += 1) {
      const range = ask(round, 10);
      if (round % 2 === 0) range.cancel();
      else give({ type: "range-end", streamId: range.streamId, status: RangeStatus.BUSY });
      for (const { streamId } of channel.sentOf("ping")) give({ type: "pong", streamId });
    }
    const ids = channel.sent.flatMap((frame) => (frame.type === "range-req" || frame.type === "ping" ? [frame.streamId] : []));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).not.toContain(0);
  });

  test("bytes are counted: a range that ends short with status 0 has failed, because the file shrank", () => {
    const { ask, give } = openRangeChannelBench();
    const range = ask(0, 100);
    give({ type: "range-data", streamId: range.streamId, last: true, data: patternBytes(0, 60) });
    expect(range.results).toEqual([]);
    give({ type: "range-end", streamId: range.streamId, status: RangeStatus.DONE });
    expect(range.results).toMatchObject([{ kind: "failed", error: { reason: "file-changed" } }]);
  });

  test("a range whose last chunk is not flagged is done", () => {
    const { ask, give } = openRangeChannelBench();
    const range = ask(0, 60);
    give({ type: "range-data", streamId: range.streamId, last: false, data: patternBytes(0, 60) });
    give({ type: "range-end", streamId: range.streamId, status: RangeStatus.DONE });
    expect(range.results).toEqual([DONE]);
  });

  test("a chunk flagged as last that isn't the last does not end the range", () => {
    const { ask, give } = openRangeChannelBench();
    const range = ask(0, 60);
    give({ type: "range-data", streamId: range.streamId, last: true, data: patternBytes(0, 30) });
    give({ type: "range-data", streamId: range.streamId, last: true, data: patternBytes(30, 60) });
    give({ type: "range-end", streamId: range.streamId, status: RangeStatus.DONE });
    expect(range.results).toEqual([DONE]);
    expect(bytesOf(range.chunks)).toEqual(patternBytes(0, 60));
  });

  test.each([
    [RangeStatus.BUSY, { kind: "busy" }],
    [RangeStatus.OUT_OF_RANGE, { kind: "failed", error: { reason: "file-changed" } }],
    [RangeStatus.UNREADABLE, { kind: "failed", error: { reason: "unreadable" } }],
    [RangeStatus.CHANGED, { kind: "failed", error: { reason: "file-changed" } }],
    [RangeStatus.NOT_FOUND, { kind: "failed", error: { reason: "file-gone" } }],
    [RangeStatus.STOPPING, { kind: "lost" }],
    [4711, { kind: "failed", error: { reason: "unreadable" } }],
  ])("status %i is reported, even if all bytes arrived", (status, result) => {
    const { ask, give } = openRangeChannelBench();
    const range = ask(0, 5);
    give({ type: "range-data", streamId: range.streamId, last: true, data: patternBytes(0, 5) });
    give({ type: "range-end", streamId: range.streamId, status });
    expect(range.results).toMatchObject([result]);
  });

  test("more bytes than asked for are a protocol-error of that stream: the surplus is not delivered, and the range is cancelled", () => {
    const { ask, give, channel, rangeChannel } = openRangeChannelBench();
    const range = ask(0, 50);
    const other = ask(50, 10);
    give({ type: "range-data", streamId: range.streamId, last: false, data: patternBytes(0, 40) });
    give({ type: "range-data", streamId: range.streamId, last: false, data: patternBytes(40, 51) });
    expect(range.results).toMatchObject([{ kind: "failed", error: { reason: "protocol-error" } }]);
    expect(bytesOf(range.chunks).length).toBe(40);
    expect(channel.sentOf("cancel")).toEqual([{ type: "cancel", streamId: range.streamId }]);
    expect(other.results).toEqual([]);
    expect(rangeChannel.ready).toBe(true);
  });

  test("data and ends of unknown streams are dropped and counted", () => {
    const { ask, give, rangeChannel } = openRangeChannelBench();
    const range = ask(0, 50);
    give({ type: "range-data", streamId: 4_000_000_000, last: false, data: patternBytes(0, 10) });
    give({ type: "range-end", streamId: 4_000_000_000, status: 0 });
    give({ type: "range-data", streamId: 0, last: false, data: patternBytes(0, 10) });
    expect(rangeChannel.dropped.of("unknown-stream")).toBe(3);
    expect(range.chunks).toEqual([]);
    expect(rangeChannel.receivedBytes).toBe(0);
  });

  test("a range without data fails after a bounded time, although the agent answers PINGs", async () => {
    const { ask, channel, give } = openRangeChannelBench();
    const range = ask(0, 50);
    for (let beat = 0; beat < SILENT_RANGE_BEATS; beat += 1) {
      expect(range.results).toEqual([]);
      for (const { streamId } of channel.sentOf("ping")) give({ type: "pong", streamId });
      await vi.advanceTimersByTimeAsync(BEAT_MS);
    }
    expect(range.results).toMatchObject([{ kind: "failed", error: { reason: "timeout" } }]);
    expect(channel.sentOf("cancel")).toHaveLength(1);
  });

  test("an empty data frame is dropped, and does not count as data of the range", () => {
    const { ask, channel, rangeChannel } = openRangeChannelBench();
    const range = ask(0, 50);
    channel.giveRaw(encodeFrame({ type: "range-data", streamId: range.streamId, last: false, data: new Uint8Array(0) }).buffer);
    expect(rangeChannel.dropped.of("empty-data")).toBe(1);
    expect(range.chunks).toEqual([]);
  });
});

describe("CANCEL", () => {
  test("goes out at once, and what an old agent still sends of the stream is dropped, its RANGE_END too", () => {
    const { ask, give, channel, rangeChannel } = openRangeChannelBench();
    const range = ask(0, 100);
    range.cancel();
    expect(channel.sentOf("cancel")).toEqual([{ type: "cancel", streamId: range.streamId }]);
    give({ type: "range-data", streamId: range.streamId, last: false, data: patternBytes(0, 60) });
    give({ type: "range-data", streamId: range.streamId, last: true, data: patternBytes(60, 100) });
    give({ type: "range-end", streamId: range.streamId, status: 0 });
    expect(range.chunks).toEqual([]);
    expect(range.results).toEqual([]);
    expect(rangeChannel.dropped.of("cancelled-stream")).toBe(3);
  });

  test("of a range that is over sends nothing", () => {
    const { ask, give, channel } = openRangeChannelBench();
    const range = ask(0, 5);
    give({ type: "range-end", streamId: range.streamId, status: RangeStatus.BUSY });
    range.cancel();
    range.cancel();
    expect(channel.sentOf("cancel")).toEqual([]);
  });

  test("frees its slot at the agent only with the PONG of a PING that was sent after it", () => {
    const { ask, give, channel, rangeChannel } = openRangeChannelBench();
    const early = channel.sentOf("ping").at(-1)?.streamId ?? -1;
    const range = ask(0, 100);
    expect(rangeChannel.freeSlots).toBe(3);
    range.cancel();
    expect([rangeChannel.liveRanges, rangeChannel.freeSlots]).toEqual([0, 3]);
    give({ type: "pong", streamId: early });
    expect(rangeChannel.freeSlots).toBe(3);
    give({ type: "pong", streamId: channel.sentOf("ping").at(-1)?.streamId ?? -1 });
    expect(rangeChannel.freeSlots).toBe(4);
  });

  test("frees its slot at once at an agent that announces it", () => {
    const { ask, channel, rangeChannel } = openRangeChannelBench({ announcement: { version: 1, features: ["prompt-cancel"] } });
    ask(0, 100).cancel();
    expect(rangeChannel.freeSlots).toBe(4);
    expect(channel.sentOf("cancel")).toHaveLength(1);
  });

  test("frees its slot with the RANGE_END of an old agent that ignored it", () => {
    const { ask, give, rangeChannel } = openRangeChannelBench();
    const range = ask(0, 100);
    range.cancel();
    give({ type: "range-end", streamId: range.streamId, status: 0 });
    expect(rangeChannel.freeSlots).toBe(4);
  });

  test("a fifth range is never requested: to try is our own fault", () => {
    const { ask, rangeChannel } = openRangeChannelBench();
    const ranges = [ask(0, 10), ask(10, 10), ask(20, 10), ask(30, 10)];
    ranges[0]?.cancel();
    expect(rangeChannel.freeSlots).toBe(0);
    expect(() => ask(40, 10)).toThrow(/slots/u);
  });

  test("an agent that announces it serves 32 at once, once it knows of us", () => {
    const window = fixedWindow();
    const onHost = vi.fn<(facts: HostFacts) => void>();
    const { ask, channel, rangeChannel } = openRangeChannelBench(
      { announcement: { version: 1, features: ["many-ranges", "prompt-cancel"] } },
      { window: { ...window, onHost } },
    );
    expect(channel.sentOf("ping")[0]?.extended).toBe(true);
    expect(onHost.mock.calls).toEqual([[{ slots: MANY_RANGES, paced: false }]]);
    for (let index = 0; index < MANY_RANGES; index += 1) ask(index * 10, 10);
    expect(rangeChannel.freeSlots).toBe(0);
    expect(() => ask(0, 10)).toThrow(/slots/u);
  });

  test("outstanding bytes are those requested that have neither arrived nor been cancelled", () => {
    const { ask, give, rangeChannel } = openRangeChannelBench();
    const range = ask(0, 100);
    const other = ask(100, 50);
    give({ type: "range-data", streamId: range.streamId, last: false, data: patternBytes(0, 30) });
    expect(rangeChannel.outstandingBytes).toBe(120);
    range.cancel();
    expect(rangeChannel.outstandingBytes).toBe(50);
    give({ type: "range-end", streamId: other.streamId, status: RangeStatus.UNREADABLE });
    expect(rangeChannel.outstandingBytes).toBe(0);
  });
});
