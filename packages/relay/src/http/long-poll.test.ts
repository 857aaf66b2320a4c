import { createRandomId } from "@rangecast/signal";
import { beforeEach, describe, expect, test } from "vitest";
import { RelayFixture, signalPath, type StartedSession } from "../testing/relay-fixture.ts";
import type { SseReader } from "../testing/sse-reader.ts";

const EVENTS = "/api/v1/daemon/events";

let relay: RelayFixture;
let session: StartedSession;
/** The id of the answer: the last event of the session so far. */
let answered: string;
beforeEach(async () => {
  relay = new RelayFixture();
  session = await relay.startSession();
  answered = "";
  // Otherwise the session would end after 15 s, which is an event.
  await relay.postSignal(session.sessionId, session.agentToken, { from: "agent", type: "answer", payload: "" });
  answered = (await (await poll(0)).lastId()) ?? "";
});

function poll(seconds: number | string, lastEventId = answered): Promise<SseReader> {
  return relay.read(`${signalPath(session.sessionId)}/events?poll=${seconds}`, session.browserToken, lastEventId);
}

async function post(payload: string): Promise<void> {
  await relay.postSignal(session.sessionId, session.agentToken, { from: "agent", type: "candidate", payload });
}

describe("L-16: a long poll", () => {
  test("begins as an event stream does, with heartbeats, and ends with its first event", async () => {
    const reader = await poll(25);
    await relay.clock.advance(10_000);
    expect(reader.text).toBe("retry: 1500\n\n: heartbeat\n\n");
    expect(await reader.isOver()).toBe(false);
    await post("first");
    expect(await reader.payloads()).toEqual(["first"]);
    expect(reader.over).toBe("ended");
  });

  test("ends at once with all events after Last-Event-ID, if there are any", async () => {
    const payloads = Array.from({ length: 50 }, (_, index) => `${index} ${"x".repeat(1000)}`);
    for (const payload of payloads) await post(payload);
    const all = await poll(25);
    expect(await all.payloads()).toEqual(payloads);
    expect(await all.isOver()).toBe(true);
    await post("later");
    expect(await (await poll(25, await all.lastId())).payloads()).toEqual(["later"]);
  });

  test("without events ends after its time, which is at most that of a stream", async () => {
    const [short, long] = [await poll(5), await relay.read(`${EVENTS}?poll=99`, session.daemonToken, await session.daemon.lastId())];
    await relay.clock.advance(4999);
    expect(await short.isOver()).toBe(false);
    await relay.clock.advance(1);
    expect(await short.isOver()).toBe(true);
    await relay.clock.advance(19_999);
    expect(await long.isOver()).toBe(false);
    await relay.clock.advance(1);
    expect(await long.isOver()).toBe(true);
  });

  test("of no seconds is answered at once, with or without events", async () => {
    const empty = await poll(0);
    expect(await empty.isOver()).toBe(true);
    expect(await empty.events()).toEqual([]);
    await post("stored");
    const full = await poll(0);
    expect(await full.isOver()).toBe(true);
    expect(await full.payloads()).toEqual(["stored"]);
  });

  test("does not end for messages of its own side", async () => {
    const reader = await poll(25);
    await relay.postSignal(session.sessionId, session.browserToken, { from: "browser", type: "candidate", payload: "own" });
    expect(await reader.isOver()).toBe(false);
    await post("theirs");
    expect(await reader.payloads()).toEqual(["theirs"]);
  });

  test.each(["", "-1", "1.5", "100", "now"])("with the time %j is an event stream", async (seconds) => {
    await post("first");
    const reader = await poll(seconds);
    expect(await reader.payloads()).toEqual(["first"]);
    expect(await reader.isOver()).toBe(false);
  });
});

describe("L-16: caps", () => {
  test("a side has one reader: a poll ends its stream, and a stream or another poll ends the poll", async () => {
    const stream = await relay.readSession(session.sessionId, session.browserToken);
    const first = await poll(25);
    expect(await stream.isOver()).toBe(true);
    const second = await poll(25);
    expect(await first.isOver()).toBe(true);
    await relay.readSession(session.sessionId, session.browserToken);
    expect(await second.isOver()).toBe(true);
  });

  test("a poll that waits takes a stream's slot of its address, and gives it back", async () => {
    relay = new RelayFixture({ limits: { streamsPerAddress: 2 } });
    session = await relay.startSession();
    answered = "";
    await poll(25);
    const agentEvents = `${signalPath(session.sessionId)}/events?poll=25`;
    await expect(relay.read(agentEvents, session.agentToken)).rejects.toThrow("429");
    await relay.clock.advance(25_000);
    await relay.read(agentEvents, session.agentToken);
  });

  test("polls count as openings of the stream", async () => {
    for (let count = 0; count < 59; count += 1) await poll(0);
    await expect(poll(0)).rejects.toThrow("429");
    await expect(relay.readSession(session.sessionId, session.browserToken)).rejects.toThrow("429");
  });

  test("a client that disconnects while it polls gives its slot back", async () => {
    relay = new RelayFixture({ limits: { streamsPerAddress: 2 } });
    session = await relay.startSession();
    answered = "";
    await (await poll(25)).leave();
    await poll(25);
  });
});

describe("L-16: a daemon that polls", () => {
  const isOnline = async (): Promise<boolean> => {
    const { share } = session;
    const { body } = await relay.call("GET", `/api/v1/shares/${share.shareId}`, { token: share.joinToken });
    return (body as { online: boolean }).online;
  };
  const pollDaemon = async (): Promise<SseReader> => relay.read(`${EVENTS}?poll=25`, session.daemonToken, await session.daemon.lastId());

  test("counts as online, also between two polls, and for the grace period after the last", async () => {
    for (let round = 0; round < 4; round += 1) {
      await pollDaemon();
      await relay.clock.advance(25_000);
      expect(await isOnline()).toBe(true);
      await relay.clock.advance(9000);
      expect(await isOnline()).toBe(true);
    }
    await relay.clock.advance(1000);
    expect(await isOnline()).toBe(false);
  });

  test("counts as online after a poll that was answered at once", async () => {
    await session.daemon.leave();
    await relay.openSession(session.share, createRandomId());
    expect(await (await pollDaemon()).isOver()).toBe(true);
    await relay.clock.advance(9999);
    expect(await isOnline()).toBe(true);
  });

  test("keeps its share and its session from expiring", async () => {
    for (let seconds = 0; seconds < 1200; seconds += 25) {
      await pollDaemon();
      await relay.clock.advance(25_000);
    }
    expect(await isOnline()).toBe(true);
  });
});

describe("L-16: long polls are announced", () => {
  test("to daemons and viewers, with their tokens", async () => {
    const { share } = session;
    const registered = await relay.call("POST", "/api/v1/shares", {
      body: await relay.registration(share, { time: relay.clock.now() + 1 }),
    });
    expect(registered.body).toMatchObject({ features: ["long-poll"] });
    expect((await relay.openSession(share, createRandomId())).body).toMatchObject({ features: ["long-poll"] });
  });

  test("not in plain mode, where the query means nothing", async () => {
    relay = new RelayFixture({ apiKeys: ["key"] });
    const message = { from: "browser", type: "offer", payload: "{}" };
    expect((await relay.postSignal("plain", "key", message)).body).toEqual({ ok: true });
    const reader = await relay.read(`${signalPath("plain")}/events?poll=25`, "key");
    expect(await reader.payloads()).toEqual(["{}"]);
    await relay.clock.advance(24_999);
    expect(await reader.isOver()).toBe(false);
  });
});
