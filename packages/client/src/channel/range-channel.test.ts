import { RangeStatus, UNKNOWN_SIZE } from "@rangecast/wire";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { HELLO_WAIT_MS, LEAVE_WAIT_MS } from "./range-channel.ts";
import { createRangeChannelBench, openRangeChannelBench } from "../testing/range-channel-bench.ts";
import { patternBytes } from "@rangecast/testkit/files/pattern";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("HELLO", () => {
  test("comes first: nothing is requested before it, and it describes the file", async () => {
    const { rangeChannel, agent, channel } = createRangeChannelBench({ size: 12_345, name: "Füße.mkv" });
    channel.open();
    expect(rangeChannel.ready).toBe(false);
    expect(channel.sent).toEqual([]);
    agent.hello();
    expect(await rangeChannel.greeted).toMatchObject({ size: 12_345, name: "Füße.mkv" });
    expect(rangeChannel.ready).toBe(true);
  });

  test("must arrive within a bounded time after the channel opened", async () => {
    const { rangeChannel, channel } = createRangeChannelBench();
    await vi.advanceTimersByTimeAsync(HELLO_WAIT_MS * 2);
    channel.open();
    await vi.advanceTimersByTimeAsync(HELLO_WAIT_MS - 1);
    expect(rangeChannel.state.phase).toBe("greeting");
    await vi.advanceTimersByTimeAsync(1);
    await expect(rangeChannel.greeted).rejects.toMatchObject({ name: "ClientError", reason: "timeout" });
    expect(channel.readyState).toBe("closed");
  });

  test("is taken from a stack that delivers it before it reports the channel as open", async () => {
    const { rangeChannel, agent, channel } = createRangeChannelBench({ size: 7 });
    channel.readyState = "open";
    agent.hello();
    expect((await rangeChannel.greeted).size).toBe(7);
  });

  test("a second one is dropped and counted, and changes nothing", async () => {
    const { rangeChannel, agent } = openRangeChannelBench({ size: 10, name: "a" });
    agent.hello();
    expect(rangeChannel.dropped.of("second-hello")).toBe(1);
    expect(rangeChannel.ready).toBe(true);
  });

  test("frames before it are dropped and counted, except PING", () => {
    const { rangeChannel, channel, give } = createRangeChannelBench();
    channel.open();
    give({ type: "range-data", streamId: 1, last: true, data: patternBytes(0, 10) });
    give({ type: "range-end", streamId: 1, status: 0 });
    give({ type: "ping", streamId: 77 });
    expect(rangeChannel.dropped.of("before-hello")).toBe(2);
    expect(channel.sent).toEqual([{ type: "pong", streamId: 77 }]);
    expect(rangeChannel.state.phase).toBe("greeting");
  });

  test.each([
    ["over 2^53 - 1", 2n ** 53n, "a size that no file has"],
    ["of 2^64 - 1", 2n ** 64n - 1n, "a size that no file has"],
  ])("a size that is %s is refused with a reason", async (_, size, words) => {
    const { rangeChannel, agent, channel } = createRangeChannelBench({ size });
    agent.hello();
    await expect(rangeChannel.greeted).rejects.toMatchObject({ reason: "unsupported", message: expect.stringContaining(words) });
    expect(channel.readyState).toBe("closed");
    expect((await rangeChannel.closed).reason).toBe("unsupported");
  });

  test.each([
    ["a size that is unknown", { size: UNKNOWN_SIZE }, { size: 0, provisional: true }],
    ["the size of a host that transcodes", { size: 1234, transcoding: true }, { size: 1234, provisional: true }],
  ])("%s is provisional", async (_, script, facts) => {
    const { rangeChannel, agent } = createRangeChannelBench(script);
    agent.hello();
    expect(await rangeChannel.greeted).toMatchObject(facts);
  });

  test("the largest size that a number holds is taken", async () => {
    const { rangeChannel, agent } = createRangeChannelBench({ size: Number.MAX_SAFE_INTEGER });
    agent.hello();
    expect((await rangeChannel.greeted).size).toBe(Number.MAX_SAFE_INTEGER);
  });
});

describe("extensions", () => {
  const announcement = { version: 1, mediaType: "video/mp4", etag: '"x"', modifiedMs: 5, features: ["goodbye", "large-chunks"] };

  test("the browser announces on its first PING or RANGE_REQ, and only there", () => {
    const { channel, ask } = openRangeChannelBench();
    ask(0, 10);
    ask(10, 10).cancel();
    const flags = channel.sent.map((frame) => [frame.type, "extended" in frame && frame.extended]);
    expect(flags[0]).toEqual(["ping", true]);
    expect(flags.slice(1).some(([, extended]) => extended)).toBe(false);
  });

  test("large chunks are requested only if the agent announced them", () => {
    const announced = openRangeChannelBench({ announcement });
    announced.ask(0, 10);
    const base = openRangeChannelBench();
    base.ask(0, 10);
    expect(announced.channel.sentOf("range-req")[0]?.largeChunks).toBe(true);
    expect(base.channel.sentOf("range-req")[0]?.largeChunks).toBeUndefined();
  });

  test("the announcement becomes part of the file's facts", async () => {
    const { rangeChannel } = openRangeChannelBench({ announcement });
    expect(await rangeChannel.greeted).toMatchObject({ mediaType: "video/mp4", etag: '"x"', modifiedMs: 5 });
  });

  test.each([
    ["stopped", "host-stopped"],
    ["revoked", "host-revoked"],
    ["expired", "link-expired"],
    ["used-up", "used-up"],
    ["dropped", "dropped"],
    ["limit", "busy"],
    ["other", "host-stopped"],
  ] as const)("a GOODBYE of reason %s closes the channel with: %s", async (reason, expected) => {
    const { rangeChannel, agent, ask, channel } = openRangeChannelBench({ announcement });
    const range = ask(0, 10);
    agent.goodbye(reason, "so long");
    expect(await rangeChannel.closed).toEqual({ reason: expected, message: "so long" });
    expect(range.results).toEqual([{ kind: "lost" }]);
    expect(channel.readyState).toBe("closed");
  });

  test("after a status 6 nothing more is requested; the GOODBYE that follows gives the reason", async () => {
    const { rangeChannel, agent, ask, give } = openRangeChannelBench({ announcement });
    const range = ask(0, 10);
    give({ type: "range-end", streamId: range.streamId, status: RangeStatus.STOPPING });
    expect(range.results).toEqual([{ kind: "lost" }]);
    expect(rangeChannel.ready).toBe(false);
    agent.goodbye("revoked");
    expect((await rangeChannel.closed).reason).toBe("host-revoked");
  });

  test("after a status 6 without a GOODBYE the channel ends within a bound", async () => {
    const { rangeChannel, ask, give } = openRangeChannelBench({ announcement });
    give({ type: "range-end", streamId: ask(0, 10).streamId, status: RangeStatus.STOPPING });
    await vi.advanceTimersByTimeAsync(LEAVE_WAIT_MS);
    expect((await rangeChannel.closed).reason).toBe("host-stopped");
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("the end", () => {
  test("a data channel that closes without a GOODBYE ends it with closed", async () => {
    const { rangeChannel, channel, ask } = openRangeChannelBench();
    const range = ask(0, 10);
    channel.breakOff();
    expect((await rangeChannel.closed).reason).toBe("closed");
    expect(range.results).toEqual([{ kind: "lost" }]);
  });

  test("the first reason counts", async () => {
    const { rangeChannel } = openRangeChannelBench();
    rangeChannel.end({ reason: "timeout", message: "one" });
    rangeChannel.end({ reason: "closed", message: "two" });
    expect(await rangeChannel.closed).toEqual({ reason: "timeout", message: "one" });
  });

  test("a data channel that refuses a frame ends it, and the range of the frame is lost", async () => {
    const { rangeChannel, channel, ask } = openRangeChannelBench();
    const earlier = ask(0, 10);
    channel.refusal = new Error("OperationError: send queue is full");
    const range = ask(10, 10);
    expect(range.results).toEqual([]);
    await Promise.resolve();
    expect(range.results).toEqual([{ kind: "lost" }]);
    expect(earlier.results).toEqual([{ kind: "lost" }]);
    expect((await rangeChannel.closed).reason).toBe("no-connection");
  });

  test("leaves no timer behind, and later messages are ignored", () => {
    const { rangeChannel, channel } = openRangeChannelBench();
    rangeChannel.end({ reason: "closed", message: "" });
    expect(vi.getTimerCount()).toBe(0);
    expect([channel.onmessage, channel.onopen, channel.onclose]).toEqual([null, null, null]);
  });
});
