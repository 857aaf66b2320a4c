import { RangeStatus, UNKNOWN_SIZE } from "@rangecast/wire";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { HELLO_WAIT_MS, LEAVE_WAIT_MS } from "./lane.ts";
import { createLaneBench, openLaneBench } from "../testing/lane-bench.ts";
import { patternBytes } from "../testing/pattern.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("HELLO", () => {
  test("comes first: nothing is asked before it, and it says what the file is", async () => {
    const { lane, agent, channel } = createLaneBench({ size: 12_345, name: "Füße.mkv" });
    channel.open();
    expect(lane.ready).toBe(false);
    expect(channel.sent).toEqual([]);
    agent.hello();
    expect(await lane.greeted).toMatchObject({ size: 12_345, name: "Füße.mkv" });
    expect(lane.ready).toBe(true);
  });

  test("is waited for a bounded time once the channel is open", async () => {
    const { lane, channel } = createLaneBench();
    await vi.advanceTimersByTimeAsync(HELLO_WAIT_MS * 2);
    channel.open();
    await vi.advanceTimersByTimeAsync(HELLO_WAIT_MS - 1);
    expect(lane.state.phase).toBe("greeting");
    await vi.advanceTimersByTimeAsync(1);
    await expect(lane.greeted).rejects.toMatchObject({ name: "ClientError", reason: "timeout" });
    expect(channel.readyState).toBe("closed");
  });

  test("is taken from a stack that delivers it before it says that the channel is open", async () => {
    const { lane, agent, channel } = createLaneBench({ size: 7 });
    channel.readyState = "open";
    agent.hello();
    expect((await lane.greeted).size).toBe(7);
  });

  test("a second one is dropped and counted, and changes nothing", async () => {
    const { lane, agent } = openLaneBench({ size: 10, name: "a" });
    agent.hello();
    expect(lane.dropped.of("second-hello")).toBe(1);
    expect(lane.ready).toBe(true);
  });

  test("what comes before it is dropped and counted, but for a PING", () => {
    const { lane, channel, give } = createLaneBench();
    channel.open();
    give({ type: "range-data", streamId: 1, last: true, data: patternBytes(0, 10) });
    give({ type: "range-end", streamId: 1, status: 0 });
    give({ type: "ping", streamId: 77 });
    expect(lane.dropped.of("before-hello")).toBe(2);
    expect(channel.sent).toEqual([{ type: "pong", streamId: 77 }]);
    expect(lane.state.phase).toBe("greeting");
  });

  test.each([
    ["over 2^53 - 1", 2n ** 53n, "a size that no file has"],
    ["of 2^64 - 1", 2n ** 64n - 1n, "a size that no file has"],
  ])("a size that is %s is refused by name", async (_, size, words) => {
    const { lane, agent, channel } = createLaneBench({ size });
    agent.hello();
    await expect(lane.greeted).rejects.toMatchObject({ reason: "unsupported", message: expect.stringContaining(words) });
    expect(channel.readyState).toBe("closed");
    expect((await lane.closed).reason).toBe("unsupported");
  });

  test.each([
    ["a size that is unknown", { size: UNKNOWN_SIZE }, { size: 0, provisional: true }],
    ["the size of a host that transcodes", { size: 1234, transcoding: true }, { size: 1234, provisional: true }],
  ])("%s is provisional", async (_, script, facts) => {
    const { lane, agent } = createLaneBench(script);
    agent.hello();
    expect(await lane.greeted).toMatchObject(facts);
  });

  test("the largest size that a number holds is taken", async () => {
    const { lane, agent } = createLaneBench({ size: Number.MAX_SAFE_INTEGER });
    agent.hello();
    expect((await lane.greeted).size).toBe(Number.MAX_SAFE_INTEGER);
  });
});

describe("extensions", () => {
  const announcement = { version: 1, mediaType: "video/mp4", etag: '"x"', modifiedMs: 5, features: ["goodbye", "large-chunks"] };

  test("the browser announces on its first PING or RANGE_REQ, and only there", () => {
    const { channel, ask } = openLaneBench();
    ask(0, 10);
    ask(10, 10).cancel();
    const flags = channel.sent.map((frame) => [frame.type, "extended" in frame && frame.extended]);
    expect(flags[0]).toEqual(["ping", true]);
    expect(flags.slice(1).some(([, extended]) => extended)).toBe(false);
  });

  test("large chunks are asked for where the agent announced them, else never", () => {
    const announced = openLaneBench({ announcement });
    announced.ask(0, 10);
    const base = openLaneBench();
    base.ask(0, 10);
    expect(announced.channel.sentOf("range-req")[0]?.largeChunks).toBe(true);
    expect(base.channel.sentOf("range-req")[0]?.largeChunks).toBeUndefined();
  });

  test("what the agent announces is known of the file", async () => {
    const { lane } = openLaneBench({ announcement });
    expect(await lane.greeted).toMatchObject({ mediaType: "video/mp4", etag: '"x"', modifiedMs: 5 });
  });

  test.each([
    ["stopped", "host-stopped"],
    ["revoked", "host-revoked"],
    ["expired", "host-revoked"],
    ["limit", "busy"],
    ["other", "host-stopped"],
  ] as const)("a GOODBYE of reason %s is why the lane closed: %s", async (reason, expected) => {
    const { lane, agent, ask, channel } = openLaneBench({ announcement });
    const range = ask(0, 10);
    agent.goodbye(reason, "so long");
    expect(await lane.closed).toEqual({ reason: expected, message: "so long" });
    expect(range.results).toEqual([{ kind: "lost" }]);
    expect(channel.readyState).toBe("closed");
  });

  test("after a status 6 nothing more is asked; the GOODBYE that follows says why", async () => {
    const { lane, agent, ask, give } = openLaneBench({ announcement });
    const range = ask(0, 10);
    give({ type: "range-end", streamId: range.streamId, status: RangeStatus.STOPPING });
    expect(range.results).toEqual([{ kind: "lost" }]);
    expect(lane.ready).toBe(false);
    agent.goodbye("revoked");
    expect((await lane.closed).reason).toBe("host-revoked");
  });

  test("after a status 6 without a GOODBYE the lane ends within a bound", async () => {
    const { lane, ask, give } = openLaneBench({ announcement });
    give({ type: "range-end", streamId: ask(0, 10).streamId, status: RangeStatus.STOPPING });
    await vi.advanceTimersByTimeAsync(LEAVE_WAIT_MS);
    expect((await lane.closed).reason).toBe("host-stopped");
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("the end", () => {
  test("a channel that closes without a word ends the lane with closed", async () => {
    const { lane, channel, ask } = openLaneBench();
    const range = ask(0, 10);
    channel.breakOff();
    expect((await lane.closed).reason).toBe("closed");
    expect(range.results).toEqual([{ kind: "lost" }]);
  });

  test("the first reason stays", async () => {
    const { lane } = openLaneBench();
    lane.end({ reason: "timeout", message: "one" });
    lane.end({ reason: "closed", message: "two" });
    expect(await lane.closed).toEqual({ reason: "timeout", message: "one" });
  });

  test("a channel that refuses a frame ends the lane, and the range that it was for is lost", async () => {
    const { lane, channel, ask } = openLaneBench();
    const earlier = ask(0, 10);
    channel.refusal = new Error("OperationError: send queue is full");
    const range = ask(10, 10);
    expect(range.results).toEqual([]);
    await Promise.resolve();
    expect(range.results).toEqual([{ kind: "lost" }]);
    expect(earlier.results).toEqual([{ kind: "lost" }]);
    expect((await lane.closed).reason).toBe("no-connection");
  });

  test("leaves no timer behind, and takes no message any more", () => {
    const { lane, channel } = openLaneBench();
    lane.end({ reason: "closed", message: "" });
    expect(vi.getTimerCount()).toBe(0);
    expect([channel.onmessage, channel.onopen, channel.onclose]).toEqual([null, null, null]);
  });
});
