import { MANY_RANGES, RangeStatus } from "@rangecast/wire";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { HIGH_WATER_BYTES as HIGH } from "./flow-control.ts";
import { MAX_WAITING_RANGES } from "./range-slots.ts";
import { settle } from "@rangecast/testkit/settle";
import { gated, KIB, rangeBench } from "../testing/range-bench.ts";

describe("at most four ranges", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
  afterEach(() => void vi.useRealTimers());

  test("are served at once; a fifth gets its slot when one ends", async () => {
    const { request, source, channel } = rangeBench();
    const open = gated(source);
    for (const id of [1, 2, 3, 4, 5]) request(id, 0, 10);
    await settle();
    expect(source.readsInProgress).toBe(4);
    open();
    await settle();
    expect([1, 2, 3, 4, 5].flatMap((id) => channel.endsOf(id))).toEqual([0, 0, 0, 0, 0]);
  });

  test("a fifth that gets no slot within 5 s ends with status 1, and the others continue", async () => {
    const { request, source, channel } = rangeBench();
    const open = gated(source);
    for (const id of [1, 2, 3, 4, 5]) request(id, 0, 10);
    await settle();
    await vi.advanceTimersByTimeAsync(4999);
    expect(channel.endsOf(5)).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    await settle();
    expect(channel.endsOf(5)).toEqual([RangeStatus.BUSY]);
    open();
    await settle();
    expect([1, 2, 3, 4].flatMap((id) => channel.endsOf(id))).toEqual([0, 0, 0, 0]);
  });

  test("are 32 for a browser that announced the extensions, including ranges that wait already", async () => {
    const { request, source, channel } = rangeBench();
    const open = gated(source);
    const ids = Array.from({ length: MANY_RANGES + 1 }, (_, index) => index + 1);
    for (const id of ids.slice(0, -1)) request(id, 0, 10);
    await settle();
    expect(source.readsInProgress).toBe(4);
    request(ids.length, 0, 10, { extended: true });
    await settle();
    expect(source.readsInProgress).toBe(MANY_RANGES);
    open();
    await settle();
    expect(ids.flatMap((id) => channel.endsOf(id))).toEqual(ids.map(() => RangeStatus.DONE));
  });

  test("the number of waiting ranges is capped: one more ends with status 1 at once", async () => {
    const { request, source, channel, server } = rangeBench();
    gated(source);
    for (let id = 1; id <= 4 + MAX_WAITING_RANGES; id += 1) request(id, 0, 10);
    request(1000, 0, 10);
    expect(channel.sent).toEqual([{ type: "range-end", streamId: 1000, status: RangeStatus.BUSY }]);
    expect(server.ranges).toBe(4 + MAX_WAITING_RANGES);
    source.gate = Promise.resolve();
  });
});

describe("CANCEL", () => {
  test("stops a running range: nothing of it follows, no RANGE_END either", async () => {
    const { request, give, channel, server } = rangeBench(10_000 * KIB);
    channel.drains = false;
    request(1, 0, 0);
    await settle();
    const sent = channel.sent.length;
    give({ type: "cancel", streamId: 1 });
    channel.drainTo(0);
    await settle();
    expect(sent).toBeGreaterThan(0);
    expect(channel.sent).toHaveLength(sent);
    expect(server.ranges).toBe(0);
  });

  test("stops a range that waits for a slot: it is never read", async () => {
    const { request, give, channel, source } = rangeBench();
    const open = gated(source);
    for (const id of [1, 2, 3, 4, 5]) request(id, 0, 10);
    await settle();
    give({ type: "cancel", streamId: 5 });
    open();
    await settle();
    expect(channel.sent.filter(({ streamId }) => streamId === 5)).toEqual([]);
    expect(source.reads).toBe(4);
  });

  test("right after its RANGE_REQ stops it before a byte is sent", async () => {
    const { request, give, channel } = rangeBench();
    request(1, 0, 0);
    give({ type: "cancel", streamId: 1 });
    await settle();
    expect(channel.sent).toEqual([]);
  });

  test("keeps the slot until a read in progress is done, since it still writes to its buffer", async () => {
    const { request, give, channel, server, source } = rangeBench(1000 * KIB);
    channel.drains = false;
    channel.bufferedAmount = HIGH;
    request(1, 0, 0);
    await settle();
    const open = gated(source);
    channel.drainTo(0);
    await settle();
    expect([channel.sent.length, source.readsInProgress]).toEqual([2, 1]);
    give({ type: "cancel", streamId: 1 });
    await settle();
    expect(server.ranges).toBe(1);
    open();
    await settle();
    expect(server.ranges).toBe(0);
  });

  test("frees the slot for the next range", async () => {
    const { request, give, ended, channel } = rangeBench(1000 * KIB);
    channel.drains = false;
    for (const id of [1, 2, 3, 4, 5]) request(id, 0, 0);
    await settle();
    for (const id of [1, 2, 3, 4]) give({ type: "cancel", streamId: id });
    channel.drains = true;
    channel.drainTo(0);
    expect(await ended(5)).toBe(RangeStatus.DONE);
  });

  test("with a payload is honoured, and one with an unknown stream id is ignored", async () => {
    const { request, channel, server } = rangeBench();
    server.receive(Uint8Array.from([4, 0, 0, 0, 0, 0, 0, 99, 0, 0, 0, 0]).buffer);
    request(1, 0, 0);
    server.receive(Uint8Array.from([4, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3]).buffer);
    await settle();
    expect(channel.sent).toEqual([]);
    expect(server.dropped).toBe(0);
  });
});

describe("PING", () => {
  test("is answered by PONG with the same stream id, also with a payload", () => {
    const { give, server, channel } = rangeBench();
    give({ type: "ping", streamId: 0xffff_ffff });
    server.receive(Uint8Array.from([5, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 2, 1, 2]).buffer);
    expect(channel.sent).toEqual([
      { type: "pong", streamId: 0xffff_ffff },
      { type: "pong", streamId: 8 },
    ]);
  });

  test("announces the extensions as a RANGE_REQ does", async () => {
    const { give, server, request, ended, source } = rangeBench();
    give({ type: "ping", streamId: 1 });
    expect(server.extended).toBe(false);
    give({ type: "ping", streamId: 1, extended: true });
    expect(server.extended).toBe(true);
    source.change = "rewritten";
    request(1, 0, 1);
    expect(await ended(1)).toBe(RangeStatus.CHANGED);
  });
});

describe("frames that are dropped", () => {
  test("malformed ones, text, and those that only an agent sends are counted, and the session continues", async () => {
    const { give, server, request, ended, channel } = rangeBench();
    server.receive(new ArrayBuffer(3));
    server.receive("text");
    server.receive(undefined);
    server.receive(Uint8Array.from([0x77, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]));
    give({ type: "range-end", streamId: 1, status: 0 });
    give({ type: "goodbye", streamId: 0, reason: "stopped", message: "" });
    expect(server.dropped).toBe(6);
    expect(channel.sent).toEqual([]);
    request(1, 0, 10);
    expect(await ended(1)).toBe(RangeStatus.DONE);
  });

  test("SEEK_HINT and PONG are accepted without an answer", () => {
    const { give, server, channel } = rangeBench();
    give({ type: "seek-hint", streamId: 0, timestampMs: 5n });
    give({ type: "pong", streamId: 0 });
    expect([channel.sent, server.dropped]).toEqual([[], 0]);
  });

  test("a flood of them is one log line", () => {
    const { server, lines } = rangeBench();
    for (let count = 0; count < 10_000; count += 1) server.receive(new ArrayBuffer(3));
    expect(lines).toHaveLength(1);
    expect(server.dropped).toBe(10_000);
  });

  test("that are not logged yet are logged at the end", async () => {
    const { server, lines } = rangeBench();
    for (let count = 0; count < 3; count += 1) server.receive(new ArrayBuffer(3));
    await server.close();
    expect(lines.map(({ fields }) => fields?.["total"])).toEqual([1, 3]);
  });

  test("a flood of RANGE_REQs whose answers are not read ends the channel: no answer is dropped silently", () => {
    const onBroken = vi.fn<(error: unknown) => void>();
    const { request, server, channel } = rangeBench(1, { onBroken });
    channel.drains = false;
    channel.bufferedAmount = HIGH - 1200;
    for (let count = 0; count < 50_000; count += 1) request(1, 5, 1);
    expect(channel.bufferedAmount).toBe(HIGH);
    expect(onBroken).toHaveBeenCalledTimes(1);
    expect(server.dropped).toBe(0);
  });

  test("the answers to a flood of PINGs that are not read are capped", () => {
    const { give, server, channel } = rangeBench(1);
    channel.drains = false;
    channel.bufferedAmount = HIGH - 1200;
    for (let count = 0; count < 10_000; count += 1) give({ type: "ping", streamId: 1 });
    expect(channel.bufferedAmount).toBe(HIGH);
    expect(server.dropped).toBe(10_000 - 100 - 1024);
  });
});

describe("stopping", () => {
  test("ends every range of an extended browser with status 6, waiting ones too, then sends GOODBYE", async () => {
    const { give, request, server, channel, source } = rangeBench(1000);
    const open = gated(source);
    give({ type: "ping", streamId: 0, extended: true });
    for (const id of [1, 2, 3, 4, 5]) request(id, 0, 10);
    await settle();
    give({ type: "cancel", streamId: 2 });
    const stopping = server.stop("stopped", "the daemon is stopping");
    open();
    await stopping;
    expect(channel.sent.slice(1)).toEqual([
      ...[1, 3, 4, 5].map((streamId) => ({ type: "range-end", streamId, status: RangeStatus.STOPPING })),
      { type: "goodbye", streamId: 0, reason: "stopped", message: "the daemon is stopping" },
      { type: "ping", streamId: 0 },
    ]);
  });

  test("sends only frames of the base protocol to a base browser", async () => {
    const { request, server, channel, source } = rangeBench(1000);
    const open = gated(source);
    request(1, 0, 10);
    const stopping = server.stop("stopped", "the daemon is stopping");
    open();
    await stopping;
    request(2, 0, 10);
    await settle();
    expect(channel.sent).toEqual([]);
  });

  test("waits until a PONG proves that the goodbye arrived, or the signal aborts, or the channel closes", async () => {
    const { give, server, channel } = rangeBench();
    channel.answersPings = false;
    give({ type: "ping", streamId: 0, extended: true });
    await server.stop("revoked", "no longer shared");
    await server.goodbyeArrived(AbortSignal.timeout(50));
    give({ type: "pong", streamId: 7 });
    let arrived = false;
    const waiting = server.goodbyeArrived(new AbortController().signal).then(() => (arrived = true));
    await server.goodbyeArrived(AbortSignal.timeout(50));
    expect(arrived).toBe(false);
    give({ type: "pong", streamId: 0 });
    await waiting;
    const other = rangeBench();
    other.channel.answersPings = false;
    other.give({ type: "ping", streamId: 0, extended: true });
    await other.server.stop("revoked", "no longer shared");
    other.channel.close();
    await other.server.goodbyeArrived(new AbortController().signal);
    expect(channel.readyState).toBe("open");
  });

  test("close waits for reads in progress and sends nothing", async () => {
    const { request, server, channel, source } = rangeBench();
    const open = gated(source);
    request(1, 0, 10);
    await settle();
    let closed = false;
    const closing = server.close().then(() => (closed = true));
    await settle();
    expect(closed).toBe(false);
    open();
    await closing;
    expect([channel.sent, source.readsInProgress, server.ranges]).toEqual([[], 0, 0]);
  });
});
