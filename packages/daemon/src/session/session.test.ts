import { createSignalClient, type SignalClient } from "@rangecast/signal";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { silentLogger } from "../logger.ts";
import { type Session, startSession } from "./session.ts";
import { singleResource } from "../resources/resource.ts";
import { FakeChannel } from "@rangecast/testkit/fakes/fake-channel";
import { FakePeer } from "@rangecast/testkit/fakes/fake-peer";
import { FakeSignals } from "@rangecast/testkit/fakes/fake-signals";
import { offerPayload, offerSdp } from "../testing/offers.ts";
import { MemorySource } from "../testing/memory-source.ts";
import { settle } from "@rangecast/testkit/settle";
import { fakeClocks, give, streamBench, until } from "../testing/stream-bench.ts";

beforeEach(fakeClocks);
afterEach(() => void vi.useRealTimers());

describe("time limits", () => {
  test("no offer within 30 s ends the session with an error", async () => {
    const bench = await streamBench();
    await vi.advanceTimersByTimeAsync(29_999);
    expect(bench.end()).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    expect(await bench.ended).toMatchObject({ reason: "no-offer", error: { reason: "no-offer" } });
    expect(bench.peers).toEqual([]);
  });

  test("no channel within 30 s of the offer ends the session with an error", async () => {
    const bench = await streamBench();
    await vi.advanceTimersByTimeAsync(29_999);
    const peer = await bench.answered();
    peer.announce(Object.assign(new FakeChannel(), { readyState: "connecting" }));
    await vi.advanceTimersByTimeAsync(29_999);
    expect(bench.end()).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    expect(await bench.ended).toMatchObject({ reason: "no-channel", error: { reason: "no-channel" } });
    expect(peer.closed).toBe(true);
  });

  test("an answer that is never made ends the session too", async () => {
    const bench = await streamBench({}, (peer) => (peer.gate = new Promise(() => {})));
    bench.signals.give("offer", offerPayload());
    await until(() => bench.peers.length > 0);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await bench.ended).toMatchObject({ reason: "no-channel" });
  });

  test("an open session has no deadline", async () => {
    const bench = await streamBench();
    await bench.opened();
    await vi.advanceTimersByTimeAsync(300_000);
    expect(bench.end()).toBeUndefined();
  });
});

describe("a relay that can't be reached", () => {
  /** A relay that is down until `up` is called; then it sends an offer and accepts posts. */
  function relay(): { signals: SignalClient; tries: () => number; posted: string[]; up: () => void } {
    let [tries, isUp] = [0, false];
    const posted: string[] = [];
    const fetch = (_url: unknown, init?: RequestInit): Promise<Response> => {
      tries += 1;
      if (!isUp) return Promise.reject(new TypeError("fetch failed"));
      if (init?.method === "POST") {
        posted.push((JSON.parse(init.body as string) as { type: string }).type);
        return Promise.resolve(Response.json({ ok: true }));
      }
      const event = JSON.stringify({ from: "browser", type: "offer", payload: offerPayload(), ts: 1 });
      const headers = { "content-type": "text/event-stream" };
      return Promise.resolve(new Response(`retry: 1500\n\nevent: signal\nid: 1\ndata: ${event}\n\n`, { headers }));
    };
    const signals = createSignalClient({ base: "https://relay.example", sessionId: "session", key: "key", side: "agent", fetch });
    return { signals, tries: () => tries, posted, up: () => (isUp = true) };
  }

  test("is tried again with backoff, and the session continues when it is back", async () => {
    const { signals, tries, posted, up } = relay();
    const bench = await streamBench({ signals });
    await until(() => tries() > 0);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(tries()).toBeGreaterThan(2);
    expect(tries()).toBeLessThan(40);
    up();
    await vi.advanceTimersByTimeAsync(10_000);
    await until(() => posted.length > 0);
    expect([posted[0], bench.end()]).toEqual(["answer", undefined]);
  });

  test("for 30 s ends the session with an error", async () => {
    const { signals, tries } = relay();
    const bench = await streamBench({ signals });
    await until(() => tries() > 0);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await bench.ended).toMatchObject({ reason: "no-offer", error: { reason: "no-offer" } });
  });
});

describe("the connection", () => {
  test("disconnected does not end the session; failed does, with an error", async () => {
    const bench = await streamBench();
    const channel = await bench.opened();
    bench.peer().become("disconnected");
    await settle();
    give(channel, { type: "ping", streamId: 1 });
    expect([bench.end(), channel.sent.at(-1)?.type]).toEqual([undefined, "pong"]);
    bench.peer().become("failed");
    expect(await bench.ended).toMatchObject({ reason: "connection-failed", error: { reason: "connection-failed" } });
  });

  test("closed ends the session", async () => {
    const bench = await streamBench();
    await bench.opened();
    bench.peer().become("closed");
    expect(await bench.ended).toMatchObject({ reason: "connection-closed" });
  });

  test("what the stack knows of its end is in the log", async () => {
    const bench = await streamBench();
    const channel = await bench.opened();
    bench.peer().endReason = "no-answer: the peer does not answer";
    channel.close();
    await bench.ended;
    expect(bench.lines).toContainEqual(
      expect.objectContaining({
        level: "info",
        message: "the session is over",
        fields: expect.objectContaining({ reason: "channel-closed", detail: "no-answer: the peer does not answer" }),
      }),
    );
  });
});

describe("channels", () => {
  test("A-6: the first that opens is served, in whatever order they were announced; a second is ignored with a warning", async () => {
    const bench = await streamBench();
    const peer = await bench.answered();
    const slow = Object.assign(new FakeChannel("slow"), { readyState: "connecting" as const });
    const fast = new FakeChannel("fast");
    peer.announce(slow);
    peer.announce(fast);
    Object.assign(slow, { readyState: "open" }).onopen?.({});
    expect(fast.sent.map(({ type }) => type)).toEqual(["hello"]);
    give(slow, { type: "ping", streamId: 1 });
    expect(slow.sent).toEqual([]);
    expect(slow.onmessage, "without a handler a stack would queue messages").toBeTypeOf("function");
    expect(slow.readyState).toBe("open");
    slow.close();
    await settle();
    expect(bench.end()).toBeUndefined();
    expect(bench.lines.filter(({ level, message }) => level === "warn" && message.includes("another data channel"))).toHaveLength(1);
  });

  test("a flood of channels is closed, with only a few log lines", async () => {
    const bench = await streamBench();
    await bench.opened();
    const channels = Array.from({ length: 100 }, (_, index) => new FakeChannel(`${index}`));
    for (const channel of channels) bench.peer().announce(channel);
    expect(channels.filter(({ readyState }) => readyState === "open").length).toBeLessThan(5);
    expect(bench.lines.filter(({ level }) => level === "warn").length).toBeLessThan(6);
    expect(bench.end()).toBeUndefined();
  });

  test("messages are received as ArrayBuffer", async () => {
    const bench = await streamBench();
    expect((await bench.opened()).binaryType).toBe("arraybuffer");
  });

  test("one that is open but refuses a frame ends the session with an error", async () => {
    const bench = await streamBench();
    const channel = await bench.opened();
    channel.maxMessageSize = 5;
    give(channel, { type: "ping", streamId: 1 });
    expect(await bench.ended).toMatchObject({ reason: "channel-failed", error: { cause: expect.any(Error) } });
  });
});

describe("being stopped", () => {
  test("an extended browser gets status 6 for its ranges and GOODBYE, and the channel closes after all of it has arrived", async () => {
    const bench = await streamBench();
    const channel = await bench.opened();
    channel.drains = false;
    channel.answersPings = false;
    give(channel, { type: "range-req", streamId: 1, offset: 0n, length: 0n, extended: true });
    await until(() => channel.bufferedAmount > 40_000);
    bench.stopper.abort();
    await settle();
    channel.drains = true;
    channel.drainTo(0);
    await vi.advanceTimersByTimeAsync(100);
    expect([channel.readyState, bench.end()]).toEqual(["open", undefined]);
    give(channel, { type: "pong", streamId: 0 });
    await vi.advanceTimersByTimeAsync(100);
    await until(() => bench.end() !== undefined);
    expect(channel.sent.slice(-3)).toEqual([
      { type: "range-end", streamId: 1, status: 6 },
      { type: "goodbye", streamId: 0, reason: "stopped", message: "the stream was stopped" },
      { type: "ping", streamId: 0 },
    ]);
    expect(bench.end()).toEqual({ reason: "stopped", message: "the stream was stopped" });
    expect([channel.readyState, bench.peer().closed]).toEqual(["closed", true]);
  });

  test("a browser that doesn't answer delays the end by a few seconds at most", async () => {
    const bench = await streamBench();
    const channel = await bench.opened();
    give(channel, { type: "ping", streamId: 0, extended: true });
    channel.answersPings = false;
    channel.close = () => {};
    bench.stopper.abort();
    await vi.advanceTimersByTimeAsync(10_000);
    await until(() => bench.end() !== undefined);
    expect(bench.end()).toMatchObject({ reason: "stopped" });
    expect(bench.peer().closed).toBe(true);
  });

  test("before the offer, while answering and while connecting the session ends at once", async () => {
    const waiting = await streamBench();
    waiting.stopper.abort();
    expect(await waiting.ended).toMatchObject({ reason: "stopped" });
    const answering = await streamBench({}, (peer) => (peer.gate = new Promise(() => {})));
    answering.signals.give("offer", offerPayload());
    await until(() => answering.peers.length > 0);
    answering.stopper.abort();
    expect(await answering.ended).toMatchObject({ reason: "stopped" });
    const connecting = await streamBench();
    await connecting.answered();
    connecting.stopper.abort();
    expect(await connecting.ended).toMatchObject({ reason: "stopped" });
    expect([answering.peer().closed, connecting.peer().closed]).toEqual([true, true]);
  });

  test("in a plain session only messages that the base protocol allows an agent are posted", async () => {
    const bench = await streamBench();
    await bench.answered();
    bench.stopper.abort();
    await bench.ended;
    expect(bench.signals.postedTypes).toEqual(["answer"]);
  });
});

test("the file is closed at the end of the session, for any reason", async () => {
  const start = (signals: FakeSignals, source: MemorySource, accepted: Promise<void> = Promise.resolve()): Session =>
    startSession({
      signals,
      acceptOffer: async () => {
        await accepted;
        return { sdp: offerSdp(), resources: singleResource(source), displayName: "x", writeAnswer: () => Promise.resolve("ANSWER") };
      },
      createPeerConnection: () => new FakePeer(),
      iceServers: [],
      logger: silentLogger,
    });
  const [signals, source] = [new FakeSignals(), new MemorySource(new Uint8Array(1))];
  const session = start(signals, source);
  signals.give("offer");
  await until(() => signals.posted.length > 0);
  expect(source.closed).toBe(false);
  signals.give("bye");
  await session.ended;
  expect(source.closed).toBe(true);
  const late = new MemorySource(new Uint8Array(1));
  let accept = (): void => {};
  const stopped = start(signals, late, new Promise((resolve) => (accept = resolve)));
  signals.give("offer");
  signals.give("bye");
  await stopped.ended;
  accept();
  await until(() => late.closed);
});

test("no timer, handler or reader is left at the end", async () => {
  const bench = await streamBench();
  const channel = await bench.opened();
  give(channel, { type: "range-req", streamId: 1, offset: 0n, length: 0n });
  channel.close();
  await until(() => bench.end() !== undefined);
  const peer = bench.peer();
  expect([peer.onicecandidate, peer.onconnectionstatechange, peer.ondatachannel]).toEqual([null, null, null]);
  expect([vi.getTimerCount(), bench.signals.reading]).toEqual([0, false]);
});

test("progress is reported about once a second while the channel is open, and not afterwards", async () => {
  const bench = await streamBench();
  const channel = await bench.opened();
  give(channel, { type: "range-req", streamId: 1, offset: 0n, length: 0n });
  await until(() => channel.endsOf(1).length > 0);
  await vi.advanceTimersByTimeAsync(2000);
  channel.close();
  await until(() => bench.end() !== undefined);
  await vi.advanceTimersByTimeAsync(5000);
  const progress = bench.events.filter(({ type }) => type === "progress");
  expect(progress).toHaveLength(2);
  expect(progress[0]).toMatchObject({ bytes: 100_000 });
});
