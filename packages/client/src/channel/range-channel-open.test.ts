import { MAX_HANDLE, RangeStatus } from "@rangecast/wire";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { openRangeChannelBench } from "../testing/range-channel-bench.ts";
import { OPEN_WAIT_MS } from "./resource-opens.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const PATH = new TextEncoder().encode("subs/en.vtt");
const HANDLES = { announcement: { version: 1, features: ["handles"] } };
const ANNOUNCEMENT = { version: 1, mediaType: "text/vtt", etag: '"s1"', modifiedMs: 5, features: [] };

function openBench() {
  const bench = openRangeChannelBench(HANDLES);
  const lastOpen = (): number => bench.channel.sentOf("open").at(-1)?.streamId ?? -1;
  const opened = (streamId: number, handle = 7): void =>
    bench.give({ type: "opened", streamId, handle, size: 4711n, transcoding: false, announcement: ANNOUNCEMENT });
  return { ...bench, lastOpen, opened };
}

describe("X-8: open", () => {
  test("sends the path, and resolves to the handle and what the host states", async () => {
    const { rangeChannel, channel, lastOpen, opened } = openBench();
    const opening = rangeChannel.open(PATH);
    expect(channel.sentOf("open")).toMatchObject([{ path: PATH }]);
    opened(lastOpen());
    expect(await opening).toEqual({ handle: 7, facts: { size: 4711, mediaType: "text/vtt", etag: '"s1"', modifiedMs: 5 } });
    expect(vi.getTimerCount()).toBe(1); // The heartbeat.
  });

  test("ranges of the resource name its handle, those of the session's file none", () => {
    const { rangeChannel, channel } = openBench();
    const range = { offset: 0, length: 10, onData: () => undefined, onEnd: () => undefined };
    rangeChannel.request({ ...range, handle: MAX_HANDLE });
    rangeChannel.request({ ...range, handle: 0 });
    expect(channel.sentOf("range-req").map(({ handle }) => handle)).toEqual([MAX_HANDLE, undefined]);
  });

  test.each([
    [RangeStatus.NOT_FOUND, "file-gone"],
    [RangeStatus.BUSY, "busy"],
    [RangeStatus.UNREADABLE, "unreadable"],
    [RangeStatus.STOPPING, "host-stopped"],
    [RangeStatus.USED_UP, "used-up"],
    [99, "unreadable"],
  ])("a RANGE_END with status %i refuses it: %s", async (status, reason) => {
    const { rangeChannel, give, lastOpen } = openBench();
    const opening = rangeChannel.open(PATH);
    give({ type: "range-end", streamId: lastOpen(), status });
    await expect(opening).rejects.toMatchObject({ name: "ClientError", reason });
    expect(rangeChannel.dropped.total).toBe(0);
  });

  test("nothing is sent to a host that doesn't announce it", async () => {
    const { rangeChannel, channel } = openRangeChannelBench();
    await expect(rangeChannel.open(PATH)).rejects.toMatchObject({ reason: "unsupported" });
    expect(channel.sentOf("open")).toEqual([]);
  });

  test("an abort cancels it; the handle of an answer that was on its way is closed", async () => {
    const { rangeChannel, channel, lastOpen, opened } = openBench();
    const stop = new AbortController();
    const opening = rangeChannel.open(PATH, stop.signal);
    stop.abort(new Error("enough"));
    await expect(opening).rejects.toThrow("enough");
    expect(channel.sentOf("cancel")).toMatchObject([{ streamId: lastOpen() }]);
    opened(lastOpen(), 9);
    expect(channel.sentOf("close")).toMatchObject([{ handle: 9 }]);
    expect(rangeChannel.dropped.of("unknown-stream")).toBe(1);
  });

  test("fails if the host doesn't answer in time, and when the channel ends", async () => {
    const { rangeChannel, channel, lastOpen } = openBench();
    const pong = (streamId: number): void => queueMicrotask(() => channel.give({ type: "pong", streamId }));
    channel.onsent = (frame) => {
      if (frame.type === "ping") pong(frame.streamId);
    };
    for (const { streamId } of channel.sentOf("ping")) pong(streamId);
    const late = rangeChannel.open(PATH).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(OPEN_WAIT_MS);
    expect(await late).toMatchObject({ reason: "timeout" });
    expect(channel.sentOf("cancel")).toMatchObject([{ streamId: lastOpen() }]);
    const lost = rangeChannel.open(PATH).catch((error: unknown) => error);
    rangeChannel.end({ reason: "no-connection", message: "lost" });
    expect(await lost).toMatchObject({ reason: "no-connection" });
    await expect(rangeChannel.open(PATH)).rejects.toMatchObject({ reason: "closed" });
    expect(vi.getTimerCount()).toBe(0);
  });

  test("an OPENED of a size that no file has fails, and its handle is closed", async () => {
    const { rangeChannel, channel, give, lastOpen } = openBench();
    const opening = rangeChannel.open(PATH);
    give({ type: "opened", streamId: lastOpen(), handle: 3, size: 2n ** 60n, transcoding: false });
    await expect(opening).rejects.toMatchObject({ reason: "unsupported" });
    expect(channel.sentOf("close")).toMatchObject([{ handle: 3 }]);
  });

  test("an OPENED that nobody asked for is dropped and counted, and its handle closed; OPEN and CLOSE are not for browsers", () => {
    const { rangeChannel, channel, opened, give } = openBench();
    opened(12_345, 4);
    give({ type: "open", streamId: 1, path: PATH });
    give({ type: "close", streamId: 1, handle: 1 });
    expect(rangeChannel.dropped.of("unknown-stream")).toBe(1);
    expect(rangeChannel.dropped.of("not-for-browsers")).toBe(2);
    expect(channel.sentOf("close")).toMatchObject([{ handle: 4 }]);
  });
});
