import { encodeFrame } from "@rangecast/wire";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { InFlightLimiter, PONG_PATIENCE_MS } from "./in-flight-limiter.ts";
import { FlowControl, POLL_INTERVAL_MS } from "./flow-control.ts";
import { FakeChannel } from "@rangecast/testkit/fakes/fake-channel";

const KIB = 1024;
const CHUNK = 16 * KIB;

/** A sender that always has more to send, on a channel whose bufferedAmount stays 0: all that waits is inside SCTP and in the network. */
function hungrySender(): { channel: FakeChannel; flow: FlowControl; sentBytes: () => number; stop: () => void } {
  const channel = new FakeChannel();
  channel.answersPings = false;
  const flow = new FlowControl(channel, { limiter: new InFlightLimiter() });
  const stopped = new AbortController();
  const chunk = encodeFrame({ type: "range-data", streamId: 1, last: false, data: new Uint8Array(CHUNK) });
  void (async () => {
    for (;;) await flow.send(stopped.signal, chunk);
  })().catch(() => undefined);
  const sentBytes = (): number => channel.sent.filter(({ type }) => type === "range-data").length * CHUNK;
  return { channel, flow, sentBytes, stop: () => stopped.abort() };
}

describe("a sender that always has more", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "setTimeout", "clearTimeout", "performance"] }));
  afterEach(() => void vi.useRealTimers());

  test("waits for the PONG of a PING in its stream, and continues when it arrives", async () => {
    const { channel, flow, sentBytes, stop } = hungrySender();
    await vi.advanceTimersByTimeAsync(50);
    const before = sentBytes();
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThanOrEqual(80 * KIB);
    flow.pong(channel.limiterPings.at(-1) ?? -1);
    await vi.advanceTimersByTimeAsync(0);
    expect(sentBytes()).toBeGreaterThan(before);
    stop();
    flow.close();
  });

  test("doesn't continue at a PONG whose PING was not ours", async () => {
    const { flow, sentBytes, stop } = hungrySender();
    await vi.advanceTimersByTimeAsync(50);
    const before = sentBytes();
    flow.pong(7);
    await vi.advanceTimersByTimeAsync(0);
    expect(sentBytes()).toBe(before);
    stop();
    flow.close();
  });

  test("to a browser that answers no PING continues after a bounded time, limited by bufferedAmount alone", async () => {
    const { channel, flow, sentBytes, stop } = hungrySender();
    channel.drains = false;
    await vi.advanceTimersByTimeAsync(50);
    const before = sentBytes();
    await vi.advanceTimersByTimeAsync(PONG_PATIENCE_MS + POLL_INTERVAL_MS);
    expect(sentBytes()).toBeGreaterThan(before);
    expect(channel.bufferedAmount).toBeLessThanOrEqual(1100 * KIB);
    stop();
    flow.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  test("doesn't delay a control frame while it waits", async () => {
    const { channel, flow, stop } = hungrySender();
    await vi.advanceTimersByTimeAsync(50);
    flow.sendControl(encodeFrame({ type: "pong", streamId: 5 }));
    expect(channel.sent.at(-1)).toEqual({ type: "pong", streamId: 5 });
    stop();
    flow.close();
  });
});
