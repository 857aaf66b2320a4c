import { encodeFrame, HEADER_BYTES, MAX_PAYLOAD_BYTES } from "@rangecast/wire";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { MAX_QUEUED_BYTES } from "./frame-channel.ts";
import { BEAT_MS, MAX_PONG_BEATS, MAX_SILENT_BEATS } from "./heartbeat.ts";
import { createRangeChannelBench, openRangeChannelBench } from "../testing/range-channel-bench.ts";
import { patternBytes } from "@rangecast/testkit/files/pattern";

const DONE = { kind: "done" };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("PING", () => {
  test("is answered by a PONG with the same stream id, even with a payload", () => {
    const { channel, give } = openRangeChannelBench();
    give({ type: "ping", streamId: 9 });
    const frame = new Uint8Array([...encodeFrame({ type: "ping", streamId: 11 }), 1, 2, 3]);
    frame[HEADER_BYTES - 1] = 3;
    channel.giveRaw(frame.buffer);
    expect(channel.sentOf("pong").map(({ streamId }) => streamId)).toEqual([9, 11]);
  });

  test("a flood of them is not answered while our own queue is full", () => {
    const { channel, give, rangeChannel } = openRangeChannelBench();
    channel.bufferedAmount = MAX_QUEUED_BYTES + 1;
    for (let count = 0; count < 1000; count += 1) give({ type: "ping", streamId: count });
    expect(channel.sentOf("pong")).toEqual([]);
    expect(rangeChannel.dropped.of("too-many-pings")).toBe(1000);
  });

  test("of our own measures the round trip", async () => {
    const onRtt = vi.fn<(rttMs: number) => void>();
    const { channel, give, rangeChannel } = openRangeChannelBench();
    rangeChannel.window.onRtt = onRtt;
    await vi.advanceTimersByTimeAsync(42);
    give({ type: "pong", streamId: channel.sentOf("ping")[0]?.streamId ?? -1 });
    expect(rangeChannel.rttMs).toBe(42);
    expect(onRtt.mock.calls[0]?.[0]).toBe(42);
  });

  test("is sent every beat while the last one was answered", async () => {
    const { channel, give } = openRangeChannelBench();
    for (let beat = 1; beat <= 4; beat += 1) {
      expect(channel.sentOf("ping")).toHaveLength(beat);
      give({ type: "pong", streamId: channel.sentOf("ping").at(-1)?.streamId ?? -1 });
      await vi.advanceTimersByTimeAsync(BEAT_MS);
    }
  });

  test("a PONG that answers no PING, or that comes twice, is dropped and counted", () => {
    const { channel, give, rangeChannel } = openRangeChannelBench();
    const id = channel.sentOf("ping")[0]?.streamId ?? -1;
    give({ type: "pong", streamId: 4711 });
    give({ type: "pong", streamId: id });
    give({ type: "pong", streamId: id });
    expect(rangeChannel.dropped.of("unasked-pong")).toBe(2);
  });

  test("an agent that is silent is dead after a bounded time: the channel ends with no-connection and its ranges are lost", async () => {
    const { ask, rangeChannel } = openRangeChannelBench();
    const range = ask(0, 10);
    await vi.advanceTimersByTimeAsync(BEAT_MS * MAX_SILENT_BEATS);
    expect(rangeChannel.ready).toBe(true);
    await vi.advanceTimersByTimeAsync(BEAT_MS);
    expect(await rangeChannel.closed).toMatchObject({ reason: "no-connection" });
    expect(range.results).toEqual([{ kind: "lost" }]);
  });

  test("an agent whose PONG is queued behind a lot of data is not dead", async () => {
    const { ask, give, rangeChannel } = openRangeChannelBench();
    const range = ask(0, 1000);
    for (let beat = 0; beat < MAX_PONG_BEATS - 1; beat += 1) {
      give({ type: "range-data", streamId: range.streamId, last: false, data: patternBytes(beat, beat + 1) });
      await vi.advanceTimersByTimeAsync(BEAT_MS);
    }
    expect(rangeChannel.ready).toBe(true);
  });

  test("an agent that sends data and never a PONG is dead after a bounded time", async () => {
    const { give, rangeChannel } = openRangeChannelBench();
    for (let beat = 0; beat < MAX_PONG_BEATS; beat += 1) {
      give({ type: "ping", streamId: 1 });
      await vi.advanceTimersByTimeAsync(BEAT_MS);
    }
    expect(await rangeChannel.closed).toMatchObject({ reason: "no-connection" });
  });
});

describe("a message that is not a frame of an agent", () => {
  const junk: [string, unknown][] = [
    ["text", "hello"],
    ["nothing", undefined],
    ["no bytes", new ArrayBuffer(0)],
    ["less than a header", new ArrayBuffer(11)],
    ["a length that does not match", Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 9, 1).buffer],
    ["a length over the cap", new ArrayBuffer(HEADER_BYTES + MAX_PAYLOAD_BYTES + 1)],
    ["an unknown type", Uint8Array.of(0x7f, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0).buffer],
    ["a RANGE_END of a wrong size", Uint8Array.of(3, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0).buffer],
    ["a browser's RANGE_REQ", encodeFrame({ type: "range-req", streamId: 1, offset: 0n, length: 0n }).buffer],
    ["a browser's CANCEL", encodeFrame({ type: "cancel", streamId: 1 }).buffer],
    ["a browser's SEEK_HINT", encodeFrame({ type: "seek-hint", streamId: 1, timestampMs: 0n }).buffer],
  ];

  test.each(junk)("%s is dropped and counted, and the session continues", (_, data) => {
    const { channel, rangeChannel, ask, give } = openRangeChannelBench();
    const range = ask(0, 5);
    for (let count = 0; count < 50; count += 1) channel.giveRaw(data);
    expect(rangeChannel.dropped.total).toBe(50);
    give({ type: "range-data", streamId: range.streamId, last: true, data: patternBytes(0, 5) });
    give({ type: "range-end", streamId: range.streamId, status: 0 });
    expect(range.results).toEqual([DONE]);
  });

  test("a data channel that delivers Uint8Arrays can be read too", async () => {
    const { channel, rangeChannel } = createRangeChannelBench();
    channel.open();
    channel.giveRaw(encodeFrame({ type: "hello", streamId: 0, size: 3n, name: "n", transcoding: false, seekable: true }));
    expect((await rangeChannel.greeted).size).toBe(3);
  });
});
