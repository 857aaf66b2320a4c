import { beforeEach, describe, expect, test } from "vitest";
import { RelayFixture, signalPath, type StartedSession } from "../testing/relay-fixture.ts";

const KEY = "api-key-one";
const SESSION = "session-1";
const EVENTS = `${signalPath(SESSION)}/events`;

describe("the base protocol with an API key", () => {
  let relay: RelayFixture;
  beforeEach(() => {
    relay = new RelayFixture({ apiKeys: [KEY, "api-key-two"] });
  });

  const offer = { from: "browser", type: "offer", payload: '{"type":"offer","sdp":"v=0\\r\\n"}' };
  const answer = { from: "agent", type: "answer", payload: '{"type":"answer","sdp":"v=0\\r\\n"}' };

  test("the response to a post is exactly {ok: true}", async () => {
    const response = await relay.request("POST", signalPath(SESSION), { token: KEY, body: offer });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('{"ok":true}');
  });

  test("the stream has the headers that let events through proxies", async () => {
    const response = await relay.request("GET", EVENTS, { token: KEY });
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "text/event-stream",
      "cache-control": "no-cache, no-transform",
      "x-accel-buffering": "no",
    });
    await response.body?.cancel();
  });

  test("the stream's bytes are those of the protocol", async () => {
    await relay.postSignal(SESSION, KEY, offer);
    const reader = await relay.read(EVENTS, KEY);
    const id = await reader.lastId();
    const data = JSON.stringify({ ...offer, ts: relay.clock.now() });
    expect(reader.text).toBe(`retry: 1500\n\nevent: signal\nid: ${id}\ndata: ${data}\n\n`);
    expect(id).toMatch(/^\d+$/);
  });

  test("the response ends after 25 s, with heartbeats in it, and no sooner", async () => {
    const reader = await relay.read(EVENTS, KEY);
    await relay.clock.advance(24_999);
    expect(await reader.isOver()).toBe(false);
    expect(reader.text.match(/^:/gm)).toHaveLength(2);
    await relay.clock.advance(1);
    expect(await reader.isOver()).toBe(true);
    expect(reader.over).toBe("ended");
  });

  test("how long a response lasts is an option", async () => {
    relay = new RelayFixture({ apiKeys: [KEY], limits: { streamMs: 1000 } });
    const reader = await relay.read(EVENTS, KEY);
    await relay.clock.advance(1000);
    expect(await reader.isOver()).toBe(true);
  });

  test("both sides keep reading: a newer reader does not end the older ones until there are many", async () => {
    const readers = [];
    for (let count = 0; count < 8; count += 1) {
      readers.push(await relay.read(EVENTS, KEY));
    }
    expect(await Promise.all(readers.map((reader) => reader.isOver()))).toEqual(readers.map(() => false));
    await relay.read(EVENTS, KEY);
    expect(await readers[0]?.isOver()).toBe(true);
    expect(await readers[1]?.isOver()).toBe(false);
  });

  test("a session's messages don't reach other sessions", async () => {
    await relay.postSignal(SESSION, KEY, offer);
    const other = await relay.read(`${signalPath("session-2")}/events`, KEY);
    expect(await other.payloads()).toEqual([]);
  });

  test("messages posted between two streams come with the second", async () => {
    const first = await relay.read(EVENTS, KEY);
    await relay.postSignal(SESSION, KEY, offer);
    const id = await first.lastId();
    await relay.clock.advance(25_000);
    await relay.postSignal(SESSION, KEY, answer);
    expect(await (await relay.read(EVENTS, KEY, id)).payloads()).toEqual([answer.payload]);
  });

  test("without a valid Last-Event-ID a reader gets all", async () => {
    await relay.postSignal(SESSION, KEY, offer);
    const first = await relay.read(EVENTS, KEY);
    expect(await first.payloads()).toEqual([offer.payload]);
    await first.leave();
    expect(await (await relay.read(EVENTS, KEY, "abc")).payloads()).toEqual([offer.payload]);
  });

  test("a bye is delivered, then the stream ends, and a reader that has read everything gets 404", async () => {
    const reader = await relay.read(EVENTS, KEY);
    await relay.postSignal(SESSION, KEY, { from: "browser", type: "bye", payload: "done" });
    expect(await reader.payloads()).toEqual(["done"]);
    expect(await reader.isOver()).toBe(true);
    const late = await relay.read(EVENTS, KEY);
    expect(await late.payloads()).toEqual(["done"]);
    const again = await relay.call("GET", EVENTS, { token: KEY, headers: { "last-event-id": (await reader.lastId()) ?? "" } });
    expect(again.status).toBe(404);
    expect((await relay.postSignal(SESSION, KEY, offer)).status).toBe(404);
  });

  test("after lingerMs the id of an ended session is free, and its data is deleted", async () => {
    await relay.postSignal(SESSION, KEY, { from: "browser", type: "bye", payload: "done" });
    await relay.clock.advance(60_000);
    expect((await relay.postSignal(SESSION, KEY, offer)).status).toBe(200);
    expect(await (await relay.read(EVENTS, KEY)).payloads()).toEqual([offer.payload]);
  });

  test("an unused session expires; one that is read does not", async () => {
    await relay.postSignal(SESSION, KEY, offer);
    for (let seconds = 0; seconds < 1200; seconds += 25) {
      await relay.read(EVENTS, KEY, "0");
      await relay.clock.advance(25_000);
    }
    expect(await (await relay.read(EVENTS, KEY)).payloads()).toEqual([offer.payload]);
    await relay.clock.advance(25_000 + 600_000);
    expect(await (await relay.read(EVENTS, KEY)).payloads()).toEqual([]);
  });

  test("stores messages of a session up to the cap, but always accepts its bye", async () => {
    relay = new RelayFixture({ apiKeys: [KEY], limits: { sessionMessages: 2 } });
    await relay.postSignal(SESSION, KEY, offer);
    await relay.postSignal(SESSION, KEY, answer);
    const refused = await relay.postSignal(SESSION, KEY, answer);
    expect(refused).toMatchObject({ status: 429, body: { error: "over-cap" } });
    expect(refused.headers.get("retry-after")).toMatch(/^\d+$/);
    expect((await relay.postSignal(SESSION, KEY, { from: "browser", type: "bye", payload: "bye" })).status).toBe(200);
    expect(await (await relay.read(EVENTS, KEY)).payloads()).toEqual([offer.payload, answer.payload, "bye"]);
  });

  test("stores a session's messages up to the cap of bytes", async () => {
    relay = new RelayFixture({ apiKeys: [KEY], limits: { sessionBytes: 1000 } });
    expect((await relay.postSignal(SESSION, KEY, { ...offer, payload: "x".repeat(900) })).status).toBe(200);
    expect((await relay.postSignal(SESSION, KEY, { ...offer, payload: "x".repeat(100) })).status).toBe(429);
  });

  test("has a cap of sessions", async () => {
    relay = new RelayFixture({ apiKeys: [KEY], limits: { plainSessions: 1 } });
    expect((await relay.postSignal("one", KEY, offer)).status).toBe(200);
    expect(await relay.postSignal("two", KEY, offer)).toMatchObject({ status: 429, body: { error: "busy" } });
    expect((await relay.postSignal("one", KEY, offer)).status).toBe(200);
  });

  test.each([
    ["no JSON", "hello", 400],
    ["no object", "[]", 400],
    ["no from", { type: "offer", payload: "" }, 400],
    ["another from", { from: "relay", type: "offer", payload: "" }, 400],
    ["no type", { from: "browser", payload: "" }, 400],
    ["an invalid type", { from: "browser", type: "Offer!", payload: "" }, 400],
    ["a type that is too long", { from: "browser", type: "o".repeat(33), payload: "" }, 400],
    ["a payload that is not a string", { from: "browser", type: "offer", payload: {} }, 400],
    ["a body over the cap", { from: "browser", type: "offer", payload: "x".repeat(65_536) }, 413],
  ])("refuses a post with %s", async (_name, body, status) => {
    expect((await relay.call("POST", signalPath(SESSION), { token: KEY, body })).status).toBe(status);
    expect(await (await relay.read(EVENTS, KEY)).payloads()).toEqual([]);
  });

  test("accepts unknown types, and drops unknown fields", async () => {
    const body = { from: "browser", type: "restart", payload: "later", extra: true };
    expect((await relay.call("POST", signalPath(SESSION), { token: KEY, body })).status).toBe(200);
    const [event] = await (await relay.read(EVENTS, KEY)).events();
    expect(JSON.parse(event?.data ?? "")).toEqual({ from: "browser", type: "restart", payload: "later", ts: relay.clock.now() });
  });

  test("a payload is delivered unchanged, with its line breaks", async () => {
    const payload = 'a\r\nb\n\n\rdata: x\u2028\u0000"\\é😀';
    await relay.postSignal(SESSION, KEY, { from: "browser", type: "candidate", payload });
    expect(await (await relay.read(EVENTS, KEY)).payloads()).toEqual([payload]);
  });

  test.each([["a".repeat(129)], ["a%2Fb"], ["a%20b"], ["%00"]])("refuses the session id %j", async (sessionId) => {
    expect((await relay.postSignal(sessionId, KEY, offer)).status).toBe(400);
    expect((await relay.call("GET", `${signalPath(sessionId)}/events`, { token: KEY })).status).toBe(400);
  });

  test.each([
    ["no key", {}],
    ["another key", { token: "api-key-three" }],
    ["a part of a key", { token: "api-key-on" }],
    ["a key in another scheme", { headers: { authorization: `Basic ${KEY}` } }],
  ])("401 with %s", async (_name, call) => {
    expect(await relay.call("POST", signalPath(SESSION), { body: offer, ...call })).toMatchObject({
      status: 401,
      body: { error: "unauthorized" },
    });
    expect((await relay.call("GET", EVENTS, call)).status).toBe(401);
  });

  test("without configured keys there is no plain mode", async () => {
    relay = new RelayFixture();
    for (const token of [KEY, "", "undefined"]) {
      expect((await relay.postSignal(SESSION, token, offer)).status).toBe(401);
      expect((await relay.call("GET", EVENTS, { token })).status).toBe(401);
    }
  });
});

describe("the base protocol with session tokens", () => {
  let relay: RelayFixture;
  let session: StartedSession;
  beforeEach(async () => {
    relay = new RelayFixture({ apiKeys: [KEY] });
    session = await relay.startSession();
  });

  test("each side reads the other's messages, and not its own", async () => {
    const { sessionId, browserToken, agentToken } = session;
    const browser = await relay.readSession(sessionId, browserToken);
    const agent = await relay.readSession(sessionId, agentToken);
    await relay.postSignal(sessionId, agentToken, { from: "agent", type: "answer", payload: "answer" });
    await relay.postSignal(sessionId, browserToken, { from: "browser", type: "candidate", payload: "candidate" });
    expect(await browser.payloads()).toEqual(["answer"]);
    expect(await agent.payloads()).toEqual(["sealed offer", "candidate"]);
  });

  test("from in the body must be the token's side", async () => {
    const { sessionId, browserToken, agentToken } = session;
    const forged = await relay.postSignal(sessionId, browserToken, { from: "agent", type: "answer", payload: "forged" });
    expect(forged).toMatchObject({ status: 403, body: { error: "forbidden" } });
    expect((await relay.postSignal(sessionId, agentToken, { from: "browser", type: "bye", payload: "" })).status).toBe(403);
    expect(await (await relay.readSession(sessionId, browserToken)).payloads()).toEqual([]);
    await relay.clock.advance(15_000);
    expect((await relay.postSignal(sessionId, agentToken, { from: "agent", type: "answer", payload: "late" })).status).toBe(404);
  });

  test("a token is valid for one session", async () => {
    const other = await relay.startSession();
    expect((await relay.postSignal(other.sessionId, session.browserToken, { from: "browser", type: "bye", payload: "" })).status).toBe(401);
    await expect(relay.readSession(other.sessionId, session.agentToken)).rejects.toThrow("401");
  });

  test("an unknown session and a wrong token get the same response", async () => {
    const message = { from: "browser", type: "bye", payload: "" };
    const wrong = await relay.postSignal(session.sessionId, "wrong", message);
    const none = await relay.postSignal("A".repeat(22), session.browserToken, message);
    expect([none.status, none.body]).toEqual([wrong.status, wrong.body]);
    expect(wrong.status).toBe(401);
  });

  test("no session id reaches another of the store's keys", async () => {
    for (const part of ["events", "events/readers/browser"]) {
      const id = encodeURIComponent(`${session.sessionId}/${part}`);
      expect((await relay.postSignal(id, session.browserToken, { from: "browser", type: "bye", payload: "" })).status).toBe(401);
    }
    expect(relay.troubles).toEqual([]);
  });

  test("an API key, a daemon's token and a join token open no share's session", async () => {
    const { sessionId, daemonToken, share } = session;
    const seen = await relay.read(`${signalPath(sessionId)}/events`, KEY);
    expect(await seen.payloads()).toEqual([]);
    await relay.postSignal(sessionId, KEY, { from: "agent", type: "answer", payload: "forged" });
    expect(await (await relay.readSession(sessionId, session.browserToken)).payloads()).toEqual([]);
    await expect(relay.readSession(sessionId, daemonToken)).rejects.toThrow("401");
    await expect(relay.readSession(sessionId, share.joinToken)).rejects.toThrow("401");
  });

  test("a new reader of a side ends the older, and leaves the other side's", async () => {
    const { sessionId, browserToken, agentToken } = session;
    const older = await relay.readSession(sessionId, browserToken);
    const agent = await relay.readSession(sessionId, agentToken);
    const newer = await relay.readSession(sessionId, browserToken);
    expect(await older.isOver()).toBe(true);
    expect(await newer.isOver()).toBe(false);
    expect(await agent.isOver()).toBe(false);
  });

  test("two clients that end each other's stream are slowed down", async () => {
    relay = new RelayFixture({ limits: { streamOpens: 3 } });
    session = await relay.startSession();
    for (let opened = 0; opened < 3; opened += 1) {
      await relay.readSession(session.sessionId, session.browserToken);
    }
    const refused = await relay.call("GET", `${signalPath(session.sessionId)}/events`, { token: session.browserToken });
    expect(refused).toMatchObject({ status: 429, body: { error: "busy" } });
    expect(refused.headers.get("retry-after")).toBe("10");
    await relay.clock.advance(10_000);
    expect(await (await relay.readSession(session.sessionId, session.browserToken)).isOver()).toBe(false);
  });

  test("a bye reaches the reader before the end, also a late reader", async () => {
    const { sessionId, browserToken, agentToken } = session;
    await relay.postSignal(sessionId, agentToken, { from: "agent", type: "answer", payload: "answer" });
    const agent = await relay.readSession(sessionId, agentToken);
    await relay.postSignal(sessionId, browserToken, { from: "browser", type: "bye", payload: "bye" });
    expect(await agent.payloads()).toEqual(["sealed offer", "bye"]);
    expect((await agent.events()).at(-1)).toMatchObject({ event: "end", data: '{"reason":"bye"}' });
    expect(await agent.isOver()).toBe(true);
    expect(await (await relay.readSession(sessionId, agentToken)).payloads()).toEqual(["sealed offer", "bye"]);
    await expect(relay.readSession(sessionId, agentToken, await agent.lastId())).rejects.toThrow("404");
  });

  test("stores messages of a session up to the cap, but always accepts its bye", async () => {
    relay = new RelayFixture({ limits: { sessionMessages: 2, daemonMessages: 2 } });
    session = await relay.startSession();
    const { sessionId, browserToken, daemon } = session;
    const say = (type: string, payload: string) => relay.postSignal(sessionId, browserToken, { from: "browser", type, payload });
    expect((await say("candidate", "fits")).status).toBe(200);
    expect(await say("candidate", "does not")).toMatchObject({ status: 429, body: { error: "over-cap" } });
    expect((await say("bye", "bye")).status).toBe(200);
    expect(await daemon.payloads()).toEqual(["fits", "bye"]);
    expect((await daemon.events()).at(-1)?.event).toBe("end");
  });

  test("tokens die with the session", async () => {
    const { sessionId, browserToken, agentToken } = session;
    await relay.postSignal(sessionId, browserToken, { from: "browser", type: "bye", payload: "" });
    expect((await relay.postSignal(sessionId, agentToken, { from: "agent", type: "answer", payload: "late" })).status).toBe(404);
    await relay.clock.advance(60_000);
    expect((await relay.postSignal(sessionId, agentToken, { from: "agent", type: "answer", payload: "later" })).status).toBe(401);
    await expect(relay.readSession(sessionId, browserToken)).rejects.toThrow("401");
  });

  test("an unused session expires, and the daemon is notified", async () => {
    const { sessionId, browserToken, agentToken, daemonToken } = session;
    await relay.postSignal(sessionId, agentToken, { from: "agent", type: "answer", payload: "answer" });
    for (let seconds = 0; seconds < 625; seconds += 25) {
      await relay.readDaemon(daemonToken);
      await relay.clock.advance(25_000);
    }
    await expect(relay.readSession(sessionId, browserToken)).rejects.toThrow("401");
    const last = (await (await relay.readDaemon(daemonToken)).events()).at(-1);
    expect(last?.event).toBe("end");
    expect(JSON.parse(last?.data ?? "")).toEqual({ shareId: session.share.shareId, sessionId, reason: "expired" });
  });

  test("a session that is read does not expire", async () => {
    const { sessionId, browserToken, agentToken } = session;
    await relay.postSignal(sessionId, agentToken, { from: "agent", type: "answer", payload: "answer" });
    for (let seconds = 0; seconds < 2000; seconds += 25) {
      await relay.readSession(sessionId, browserToken, "0");
      await relay.clock.advance(25_000);
    }
    expect(await (await relay.readSession(sessionId, browserToken)).payloads()).toEqual(["answer"]);
  });
});
