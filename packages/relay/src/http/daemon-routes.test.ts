import { createRandomId } from "@rangecast/signal";
import { beforeEach, describe, expect, test } from "vitest";
import { RelayFixture, type StartedSession, type TestShare, tokenOf } from "../testing/relay-fixture.ts";
import type { SseReader } from "../testing/sse-reader.ts";

let relay: RelayFixture;
beforeEach(() => {
  relay = new RelayFixture();
});

async function eventsOf(reader: SseReader): Promise<[string | undefined, unknown][]> {
  return (await reader.events()).map(({ event, data }) => [event, JSON.parse(data)]);
}

async function isOnline(share: TestShare): Promise<boolean> {
  const { body } = await relay.call("GET", `/api/v1/shares/${share.shareId}`, { token: share.joinToken });
  return (body as { online: boolean }).online;
}

describe("the daemon's event stream", () => {
  let session: StartedSession;
  beforeEach(async () => {
    session = await relay.startSession();
  });

  test("reports a session with its offer and the agent's token, then the browser's messages", async () => {
    const { share, sessionId, browserToken, agentToken, daemon } = session;
    await relay.postSignal(sessionId, browserToken, { from: "browser", type: "candidate", payload: "candidate" });
    await relay.postSignal(sessionId, agentToken, { from: "agent", type: "answer", payload: "its own" });
    await relay.postSignal(sessionId, browserToken, { from: "browser", type: "bye", payload: "bye" });
    const ts = relay.clock.now();
    const about = { shareId: share.shareId, sessionId };
    expect(await eventsOf(daemon)).toEqual([
      ["session", { ...about, token: agentToken, offer: "sealed offer" }],
      ["signal", { ...about, from: "browser", type: "candidate", payload: "candidate", ts }],
      ["signal", { ...about, from: "browser", type: "bye", payload: "bye", ts }],
      ["end", { ...about, reason: "bye" }],
    ]);
    expect(await daemon.isOver()).toBe(false);
  });

  test("is shared by all its shares, and by no others", async () => {
    const { share, daemonToken, daemon } = session;
    await relay.clock.advance(1);
    const second = await relay.createShare({ identity: share.identity, epoch: share.epoch });
    await relay.register(second);
    const stranger = await relay.startSession();
    const sessionId = createRandomId();
    await relay.openSession(second, sessionId);
    expect((await eventsOf(daemon)).map(([, data]) => data)).toMatchObject([
      { shareId: share.shareId },
      { shareId: second.shareId, sessionId },
    ]);
    expect((await eventsOf(stranger.daemon)).map(([, data]) => data)).toMatchObject([{ shareId: stranger.share.shareId }]);
    expect(daemonToken).not.toBe(stranger.daemonToken);
  });

  test("has the base protocol's form: retry first, ids, heartbeats, an end after 25 s", async () => {
    const { daemonToken } = session;
    const reader = await relay.readDaemon(daemonToken);
    expect(reader.text.startsWith("retry: 1500\n\n")).toBe(true);
    expect(await reader.lastId()).toMatch(/^\d+$/);
    await relay.clock.advance(25_000);
    expect(reader.text.match(/^:/gm)).toHaveLength(2);
    expect(reader.over).toBe("ended");
  });

  test("continues after Last-Event-ID; without it sends all stored events", async () => {
    const { sessionId, browserToken, daemonToken, daemon } = session;
    const id = await daemon.lastId();
    await daemon.leave();
    await relay.postSignal(sessionId, browserToken, { from: "browser", type: "candidate", payload: "between" });
    expect((await eventsOf(await relay.readDaemon(daemonToken, id))).map(([event]) => event)).toEqual(["signal"]);
    expect((await eventsOf(await relay.readDaemon(daemonToken))).map(([event]) => event)).toEqual(["session", "signal"]);
  });

  test("a new one ends the older", async () => {
    const { daemonToken, daemon } = session;
    const newer = await relay.readDaemon(daemonToken);
    expect(await daemon.isOver()).toBe(true);
    expect(await newer.isOver()).toBe(false);
  });

  test("drops the events of a session that ended long ago", async () => {
    const { sessionId, browserToken, daemonToken, daemon } = session;
    await relay.postSignal(sessionId, browserToken, { from: "browser", type: "bye", payload: "" });
    const id = await daemon.lastId();
    await relay.clock.advance(59_999);
    expect(await eventsOf(await relay.readDaemon(daemonToken))).toHaveLength(3);
    await relay.clock.advance(1);
    expect(await eventsOf(await relay.readDaemon(daemonToken))).toHaveLength(0);
    const next = createRandomId();
    await relay.openSession(session.share, next);
    expect((await eventsOf(await relay.readDaemon(daemonToken, id))).map(([, data]) => data)).toMatchObject([{ sessionId: next }]);
  });

  test("needs the daemon's token", async () => {
    const { share, daemonToken, agentToken, browserToken } = session;
    for (const token of [
      undefined,
      "",
      ".",
      share.joinToken,
      agentToken,
      browserToken,
      daemonToken.split(".")[0],
      `${daemonToken}x`,
      "x.y",
    ]) {
      const answer = await relay.call("GET", "/api/v1/daemon/events", token === undefined ? {} : { token });
      expect(answer).toMatchObject({ status: 401, body: { error: "unauthorized" } });
    }
  });

  test("no token reaches another of the store's keys", async () => {
    const [daemonId] = session.daemonToken.split(".");
    for (const part of ["events", "online", "shares", "events/readers/daemon"]) {
      await expect(relay.readDaemon(`${daemonId}/${part}.`)).rejects.toThrow("401");
    }
    expect(relay.troubles).toEqual([]);
  });

  test("a browser's messages over the cap are refused, not dropped silently", async () => {
    relay = new RelayFixture({ limits: { daemonMessages: 2 } });
    const { sessionId, browserToken } = await relay.startSession();
    const post = (payload: string) => relay.postSignal(sessionId, browserToken, { from: "browser", type: "candidate", payload });
    expect((await post("fits")).status).toBe(200);
    expect(await post("does not")).toMatchObject({ status: 429, body: { error: "over-cap" } });
  });
});

describe("whether a daemon is online", () => {
  let share: TestShare;
  let token: string;
  beforeEach(async () => {
    share = await relay.createShare();
    token = await relay.register(share);
  });

  test("it counts as online for the grace period after it registered", async () => {
    await relay.clock.advance(9999);
    expect(await isOnline(share)).toBe(true);
    await relay.clock.advance(1);
    expect(await isOnline(share)).toBe(false);
  });

  test("it counts as online while it has a stream, and between two", async () => {
    for (let round = 0; round < 5; round += 1) {
      await relay.readDaemon(token);
      await relay.clock.advance(25_000);
      expect(await isOnline(share)).toBe(true);
      await relay.clock.advance(9000);
      expect(await isOnline(share)).toBe(true);
    }
  });

  test("it counts as online for the grace period after its last stream", async () => {
    const reader = await relay.readDaemon(token);
    await relay.clock.advance(20_000);
    await reader.leave();
    await relay.clock.advance(9999);
    expect(await isOnline(share)).toBe(true);
    await relay.clock.advance(1);
    expect(await isOnline(share)).toBe(false);
  });

  test("a stream that a newer one replaced does not change that", async () => {
    await relay.readDaemon(token);
    await relay.clock.advance(5000);
    await relay.readDaemon(token);
    await relay.clock.advance(24_999);
    expect(await isOnline(share)).toBe(true);
  });
});

describe("a daemon that is away for a long time", () => {
  test("is dropped with its token after ten minutes; its share is kept, also when it registers again", async () => {
    const { share, daemonToken, daemon } = await relay.startSession();
    await daemon.leave();
    await relay.clock.advance(599_999);
    await (await relay.readDaemon(daemonToken)).leave();
    await relay.clock.advance(600_000);
    await expect(relay.readDaemon(daemonToken)).rejects.toThrow("401");
    expect(await isOnline(share)).toBe(false);
    const again = await relay.register(share);
    expect(again).not.toBe(daemonToken);
    expect(await eventsOf(await relay.readDaemon(again))).toEqual([]);
    expect(await isOnline(share)).toBe(true);
  });

  test("whose stream is open is not dropped", async () => {
    const share = await relay.createShare();
    const token = await relay.register(share);
    for (let seconds = 0; seconds < 1800; seconds += 25) {
      await relay.readDaemon(token);
      await relay.clock.advance(25_000);
    }
    expect(await isOnline(share)).toBe(true);
    expect(tokenOf(await relay.openSession(share, createRandomId()))).toBeDefined();
  });

  test("frees its slot for another", async () => {
    relay = new RelayFixture({ limits: { daemons: 1, daemonsPerAddress: 1 } });
    await relay.register(await relay.createShare());
    await relay.clock.advance(600_000);
    await relay.register(await relay.createShare());
  });
});
