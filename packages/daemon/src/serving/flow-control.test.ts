import { encodeFrame, HEADER_BYTES } from "@rangecast/wire";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  FlowControl,
  type FlowControlOptions,
  HIGH_WATER_BYTES as HIGH,
  LOW_WATER_BYTES as LOW,
  MAX_WAITING_CONTROL_FRAMES,
  MAX_WAITING_PONGS,
  type WireBytes,
} from "./flow-control.ts";
import { FakeChannel } from "@rangecast/testkit/fakes/fake-channel";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const never = (): AbortSignal => new AbortController().signal;
/** The high-water mark is 16 such frames, the low-water mark 4. */
const FRAME_BYTES = 64 * 1024;
/** With this queue, one more frame reaches the high-water mark. */
const ONE_LEFT = HIGH - FRAME_BYTES;

function chunk(streamId: number): WireBytes {
  return encodeFrame({ type: "range-data", streamId, last: false, data: new Uint8Array(FRAME_BYTES - HEADER_BYTES) });
}

function start(queuedBytes = 0, options: FlowControlOptions = {}): { channel: FakeChannel; flow: FlowControl } {
  const channel = new FakeChannel();
  channel.drains = false;
  channel.bufferedAmount = queuedBytes;
  return { channel, flow: new FlowControl(channel, options) };
}

/** Queues `count` chunks of one stream, without waiting between them. */
function queue(flow: FlowControl, count: number, streamId = 1): Promise<void>[] {
  return Array.from({ length: count }, () => flow.send(never(), chunk(streamId)));
}

test("sending pauses at the high-water mark and continues when the queue has fallen to the low one", () => {
  const { channel, flow } = start();
  void queue(flow, 40);
  expect(channel.bufferedAmount).toBe(HIGH);
  channel.drainTo(LOW + 1);
  expect(channel.sent).toHaveLength(16);
  channel.drainTo(LOW);
  expect(channel.sent).toHaveLength(28);
  expect(channel.bufferedAmount).toBe(HIGH);
});

test("a channel that says how many bytes it needs gets no more, but always one chunk", () => {
  const { channel, flow } = start();
  channel.supplyBytes = 3 * FRAME_BYTES;
  void queue(flow, 40);
  expect(channel.sent).toHaveLength(3);
  channel.supplyBytes = 8 * FRAME_BYTES;
  channel.drainTo(2 * FRAME_BYTES);
  expect(channel.bufferedAmount).toBe(8 * FRAME_BYTES);
  channel.supplyBytes = 0;
  channel.drainTo(1);
  expect(channel.bufferedAmount).toBe(1);
  channel.drainTo(0);
  expect(channel.bufferedAmount).toBe(FRAME_BYTES);
});

test("while paused between the marks nothing is sent, neither data nor control frames", () => {
  const { channel, flow } = start();
  void queue(flow, 16);
  channel.drainTo(LOW + FRAME_BYTES);
  void queue(flow, 1, 2);
  flow.sendControl(encodeFrame({ type: "pong", streamId: 9 }));
  expect(channel.sent).toHaveLength(16);
});

test("the channel's event is set to the low-water mark", () => {
  const { channel, flow } = start();
  void queue(flow, 17);
  expect(channel.bufferedAmountLowThreshold).toBe(LOW);
});

test("a missed event costs no more than the poll of 500 ms", async () => {
  const { channel, flow } = start();
  void queue(flow, 17);
  channel.drainTo(0, { event: false });
  await vi.advanceTimersByTimeAsync(499);
  expect(channel.sent).toHaveLength(16);
  await vi.advanceTimersByTimeAsync(1);
  expect(channel.sent).toHaveLength(17);
});

test("the poll runs only while a frame waits", () => {
  const { channel, flow } = start();
  void queue(flow, 16);
  expect(vi.getTimerCount()).toBe(0);
  void queue(flow, 1);
  expect(vi.getTimerCount()).toBe(1);
  channel.drainTo(0);
  expect(vi.getTimerCount()).toBe(0);
});

test("senders take turns, chunk by chunk, and none is stuck behind another", async () => {
  const { channel, flow } = start(ONE_LEFT);
  const sender = async (streamId: number): Promise<void> => {
    for (let sent = 0; sent < 5; sent += 1) await flow.send(never(), chunk(streamId));
  };
  const senders = [1, 2, 3, 4].map(sender);
  while (channel.sent.length < 20) {
    channel.drainTo(0);
    await vi.advanceTimersByTimeAsync(0);
  }
  await Promise.all(senders);
  expect(channel.sent.map(({ streamId }) => streamId)).toEqual(Array.from({ length: 5 }, () => [1, 2, 3, 4]).flat());
});

test("the frames of one turn are sent together and in order", () => {
  const { channel, flow } = start(ONE_LEFT);
  void flow.send(never(), chunk(1));
  void flow.send(never(), chunk(2), encodeFrame({ type: "range-end", streamId: 2, status: 0 }));
  void flow.send(never(), chunk(3));
  channel.drainTo(0);
  expect(channel.sent.map(({ type, streamId }) => [type, streamId])).toEqual([
    ["range-data", 1],
    ["range-data", 2],
    ["range-end", 2],
    ["range-data", 3],
  ]);
});

test("a control frame is sent before all that wait for a turn, and waits too while paused", () => {
  const { channel, flow } = start(ONE_LEFT);
  void queue(flow, 2);
  flow.sendControl(encodeFrame({ type: "pong", streamId: 9 }));
  expect(channel.sent).toHaveLength(1);
  channel.drainTo(0);
  expect(channel.sent.map(({ type }) => type)).toEqual(["range-data", "pong", "range-data"]);
});

test("the number of waiting PONGs is capped", () => {
  const { channel, flow } = start(ONE_LEFT);
  void queue(flow, 1);
  const pong = encodeFrame({ type: "pong", streamId: 9 });
  for (let count = 0; count < MAX_WAITING_PONGS; count += 1) expect(flow.sendPong(pong)).toBe(true);
  expect(flow.sendPong(pong)).toBe(false);
  channel.drains = true;
  channel.drainTo(0);
  expect(channel.sent).toHaveLength(1 + MAX_WAITING_PONGS);
});

test("other control frames are never dropped: one too many breaks the channel", () => {
  const onBroken = vi.fn<(error: unknown) => void>();
  const { flow } = start(ONE_LEFT, { onBroken });
  void queue(flow, 1);
  const end = encodeFrame({ type: "range-end", streamId: 9, status: 2 });
  for (let count = 0; count < MAX_WAITING_CONTROL_FRAMES; count += 1) flow.sendControl(end);
  expect([flow.closed, onBroken.mock.calls.length]).toEqual([false, 0]);
  flow.sendControl(end);
  expect([flow.closed, onBroken.mock.calls.length]).toEqual([true, 1]);
});

test("C-8: no more than 1 MiB is queued, well under the protocol's 8 MiB", () => {
  const { channel, flow } = start(ONE_LEFT + 1);
  void queue(flow, 100);
  expect(channel.bufferedAmount).toBeGreaterThanOrEqual(2 ** 20);
  expect(channel.bufferedAmount).toBeLessThan(2 ** 20 + FRAME_BYTES);
  expect(channel.bufferedAmountLowThreshold).toBeLessThan(2 ** 20);
});

test("an aborted sender leaves the queue, and its frame is never sent", async () => {
  const { channel, flow } = start(ONE_LEFT);
  void queue(flow, 1);
  const controller = new AbortController();
  const sending = flow.send(controller.signal, chunk(2));
  controller.abort(new Error("cancelled"));
  await expect(sending).rejects.toThrow("cancelled");
  channel.drainTo(0);
  expect(channel.sent.map(({ streamId }) => streamId)).toEqual([1]);
  await expect(flow.send(AbortSignal.abort(new Error("before")), chunk(2))).rejects.toThrow("before");
});

test("close rejects every waiting send, leaves no timer, and accepts nothing more", async () => {
  const { channel, flow } = start(ONE_LEFT);
  void queue(flow, 1);
  const waiting = flow.send(never(), chunk(2));
  flow.close(new Error("over"));
  await expect(waiting).rejects.toThrow("over");
  await expect(flow.send(never(), chunk(3))).rejects.toThrow("over");
  flow.sendControl(encodeFrame({ type: "pong", streamId: 1 }));
  expect(flow.sendPong(encodeFrame({ type: "pong", streamId: 1 }))).toBe(false);
  expect(vi.getTimerCount()).toBe(0);
  expect(channel.onbufferedamountlow).toBeNull();
  expect(channel.sent).toHaveLength(1);
});

test("a send that throws on an open channel breaks it, and onBroken is called once", async () => {
  const channel = new FakeChannel();
  channel.maxMessageSize = 10;
  const onBroken = vi.fn<(error: unknown) => void>();
  const flow = new FlowControl(channel, { onBroken });
  await expect(flow.send(never(), chunk(1))).rejects.toThrow("refused a frame");
  await expect(flow.send(never(), chunk(1))).rejects.toThrow("refused a frame");
  expect(onBroken).toHaveBeenCalledTimes(1);
});

test("a send after the channel closed rejects, and doesn't count as broken", async () => {
  const channel = new FakeChannel();
  const onBroken = vi.fn<(error: unknown) => void>();
  const flow = new FlowControl(channel, { onBroken });
  channel.close();
  await expect(flow.send(never(), chunk(1))).rejects.toThrow();
  expect(onBroken).not.toHaveBeenCalled();
});
