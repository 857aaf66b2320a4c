import { encodeFrame } from "@rangecast/wire";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FlowControl, type FlowControlOptions, MAX_WAITING_CONTROL_FRAMES, MAX_WAITING_PONGS, type WireBytes } from "./flow-control.ts";
import { fixedBound, type WaterMarks } from "./water-marks.ts";
import { FakeChannel } from "../testing/fake-channel.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const never = (): AbortSignal => new AbortController().signal;
const PAYLOAD = 988;
const FRAME_BYTES = 1000;

function chunk(streamId: number): WireBytes {
  return encodeFrame({ type: "range-data", streamId, last: false, data: new Uint8Array(PAYLOAD) });
}

function start(
  bound: WaterMarks = fixedBound(4000, 1000),
  options: Omit<FlowControlOptions, "bound"> = {},
): { channel: FakeChannel; flow: FlowControl } {
  const channel = new FakeChannel();
  channel.drains = false;
  return { channel, flow: new FlowControl(channel, { bound, ...options }) };
}

/** Queues `count` chunks of one stream, without waiting between them. */
function queue(flow: FlowControl, count: number, streamId = 1): Promise<void>[] {
  return Array.from({ length: count }, () => flow.send(never(), chunk(streamId)));
}

test("sending pauses at the high mark and goes on when the queue has fallen to the low one", () => {
  const { channel, flow } = start();
  void queue(flow, 20);
  expect(channel.bufferedAmount).toBe(4000);
  channel.drainTo(1001);
  expect(channel.sent).toHaveLength(4);
  channel.drainTo(1000);
  expect(channel.sent).toHaveLength(7);
  expect(channel.bufferedAmount).toBe(4000);
});

test("between the marks nothing is sent while paused, whoever asks", () => {
  const { channel, flow } = start();
  void queue(flow, 4);
  channel.drainTo(2500);
  void queue(flow, 1, 2);
  flow.sendControl(encodeFrame({ type: "pong", streamId: 9 }));
  expect(channel.sent).toHaveLength(4);
});

test("the channel is asked for its event at the low mark", () => {
  const { channel, flow } = start();
  void queue(flow, 5);
  expect(channel.bufferedAmountLowThreshold).toBe(1000);
});

test("a missed event costs no more than the poll of 500 ms", async () => {
  const { channel, flow } = start();
  void queue(flow, 5);
  channel.drainTo(0, { event: false });
  await vi.advanceTimersByTimeAsync(499);
  expect(channel.sent).toHaveLength(4);
  await vi.advanceTimersByTimeAsync(1);
  expect(channel.sent).toHaveLength(5);
});

test("the poll runs only while something waits", () => {
  const { channel, flow } = start();
  void queue(flow, 4);
  expect(vi.getTimerCount()).toBe(0);
  void queue(flow, 1);
  expect(vi.getTimerCount()).toBe(1);
  channel.drainTo(0);
  expect(vi.getTimerCount()).toBe(0);
});

test("senders take turns, chunk by chunk, and none is stuck behind another", async () => {
  const { channel, flow } = start(fixedBound(1000, 100));
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
  const { channel, flow } = start(fixedBound(1000, 100));
  void flow.send(never(), chunk(1));
  void flow.send(never(), chunk(2), encodeFrame({ type: "range-end", streamId: 2, status: 0 }));
  void flow.send(never(), chunk(3));
  channel.drainTo(0);
  expect(channel.sent.map(({ type, streamId }) => [type, streamId])).toEqual([
    ["range-data", 1],
    ["range-data", 2],
    ["range-end", 2],
  ]);
});

test("a control frame goes ahead of those who wait, and waits too while paused", () => {
  const { channel, flow } = start(fixedBound(1000, 100));
  void queue(flow, 2);
  flow.sendControl(encodeFrame({ type: "pong", streamId: 9 }));
  expect(channel.sent).toHaveLength(1);
  channel.drainTo(0);
  expect(channel.sent.map(({ type }) => type)).toEqual(["range-data", "pong", "range-data"]);
});

test("PONGs that wait are capped", () => {
  const { channel, flow } = start(fixedBound(1000, 100));
  void queue(flow, 1);
  const pong = encodeFrame({ type: "pong", streamId: 9 });
  for (let count = 0; count < MAX_WAITING_PONGS; count += 1) expect(flow.sendPong(pong)).toBe(true);
  expect(flow.sendPong(pong)).toBe(false);
  channel.drains = true;
  channel.drainTo(0);
  expect(channel.sent).toHaveLength(1 + MAX_WAITING_PONGS);
});

test("other control frames are never left out: one too many breaks the channel", () => {
  const onBroken = vi.fn<(error: unknown) => void>();
  const { flow } = start(fixedBound(1000, 100), { onBroken });
  void queue(flow, 1);
  const end = encodeFrame({ type: "range-end", streamId: 9, status: 2 });
  for (let count = 0; count < MAX_WAITING_CONTROL_FRAMES; count += 1) flow.sendControl(end);
  expect([flow.closed, onBroken.mock.calls.length]).toEqual([false, 0]);
  flow.sendControl(end);
  expect([flow.closed, onBroken.mock.calls.length]).toEqual([true, 1]);
});

test("no bound queues more than the protocol's 8 MiB, or waits for less than its 1 MiB", () => {
  const { channel, flow } = start({ highBytes: 2 ** 40, lowBytes: 2 ** 39 });
  void queue(flow, 10_000);
  expect(channel.bufferedAmount).toBeGreaterThanOrEqual(8 * 2 ** 20);
  expect(channel.bufferedAmount).toBeLessThan(8 * 2 ** 20 + FRAME_BYTES);
  expect(channel.bufferedAmountLowThreshold).toBe(2 ** 20);
});

test("the bound is asked each time, so it may move", () => {
  const bound = { highBytes: 2000, lowBytes: 500 };
  const { channel, flow } = start(bound);
  void queue(flow, 20);
  expect(channel.sent).toHaveLength(2);
  Object.assign(bound, { highBytes: 5000, lowBytes: 2000 });
  channel.drainTo(2000);
  channel.onbufferedamountlow?.({});
  expect(channel.bufferedAmount).toBe(5000);
});

test.each([
  [8 * 2 ** 20 + 1, 1000],
  [8 * 2 ** 20, 2 ** 20 + 1],
  [1000, 1000],
  [1000, -1],
])("marks of %d and %d are our own mistake", (high, low) => {
  expect(() => fixedBound(high, low)).toThrow(RangeError);
});

test("an aborted sender leaves the queue, and its frame is never sent", async () => {
  const { channel, flow } = start(fixedBound(1000, 100));
  void queue(flow, 1);
  const controller = new AbortController();
  const sending = flow.send(controller.signal, chunk(2));
  controller.abort(new Error("cancelled"));
  await expect(sending).rejects.toThrow("cancelled");
  channel.drainTo(0);
  expect(channel.sent.map(({ streamId }) => streamId)).toEqual([1]);
  await expect(flow.send(AbortSignal.abort(new Error("before")), chunk(2))).rejects.toThrow("before");
});

test("close tells all who wait, leaves no timer, and takes nothing more", async () => {
  const { channel, flow } = start(fixedBound(1000, 100));
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

test("a send that throws on an open channel breaks it, once, and throws at nobody else", async () => {
  const channel = new FakeChannel();
  channel.maxMessageSize = 10;
  const onBroken = vi.fn<(error: unknown) => void>();
  const flow = new FlowControl(channel, { onBroken });
  await expect(flow.send(never(), chunk(1))).rejects.toThrow("refused a frame");
  await expect(flow.send(never(), chunk(1))).rejects.toThrow("refused a frame");
  expect(onBroken).toHaveBeenCalledTimes(1);
});

test("a send after the channel closed is an end like any other, not a breakage", async () => {
  const channel = new FakeChannel();
  const onBroken = vi.fn<(error: unknown) => void>();
  const flow = new FlowControl(channel, { onBroken });
  channel.close();
  await expect(flow.send(never(), chunk(1))).rejects.toThrow();
  expect(onBroken).not.toHaveBeenCalled();
});
