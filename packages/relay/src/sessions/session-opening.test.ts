import { createRandomId } from "@rangecast/signal";
import { beforeEach, describe, expect, test } from "vitest";
import { keys } from "../store/keys.ts";
import { createMemoryStore } from "../store/memory-store.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { RelayFixture, type TestShare, tokenOf } from "../testing/relay-fixture.ts";

const STUN = [{ urls: "stun:stun.test:3478" }];
const REFUSED = { status: 429, body: { error: "busy" } };

let relay: RelayFixture;
let share: TestShare;
beforeEach(async () => {
  relay = new RelayFixture({ iceServers: STUN });
  share = await relay.createShare();
});

describe("opening a session", () => {
  beforeEach(async () => {
    await relay.register(share);
  });

  test("returns the browser's token and ICE servers", async () => {
    const answer = await relay.openSession(share, createRandomId());
    expect(answer).toMatchObject({ status: 201, body: { iceServers: STUN } });
    expect(tokenOf(answer)).toMatch(/^[\w-]{43}$/);
  });

  test("an id can be used once, also by another share, and its session is not affected", async () => {
    const { sessionId, browserToken, agentToken } = await relay.startSession();
    expect(await relay.openSession(share, sessionId)).toMatchObject({ status: 409, body: { error: "session-used" } });
    await relay.postSignal(sessionId, agentToken, { from: "agent", type: "answer", payload: "answer" });
    expect(await (await relay.readSession(sessionId, browserToken)).payloads()).toEqual(["answer"]);
    await relay.postSignal(sessionId, browserToken, { from: "browser", type: "bye", payload: "" });
    expect((await relay.openSession(share, sessionId)).status).toBe(409);
  });

  test("of two requests with one id at the same time, one succeeds", async () => {
    const sessionId = createRandomId();
    const answers = await Promise.all([relay.openSession(share, sessionId), relay.openSession(share, sessionId)]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409]);
  });

  test("leftovers of an older session with the id don't reach the new one", async () => {
    const clock = new FakeClock();
    const store = createMemoryStore({ clock });
    relay = new RelayFixture({ store }, clock);
    await relay.register(share);
    const sessionId = createRandomId();
    const left = { event: "end", data: '{"reason":"bye"}', tag: "relay" };
    await store.append(keys.sessionLog(sessionId), left, { maxEvents: 1, maxBytes: 100, ttlMs: 1000 });
    const token = tokenOf(await relay.openSession(share, sessionId));
    expect(await (await relay.readSession(sessionId, token)).isOver()).toBe(false);
  });

  test("an id that is free again has no data of the session before", async () => {
    const sessionId = createRandomId();
    const before = tokenOf(await relay.openSession(share, sessionId));
    await relay.postSignal(sessionId, before, { from: "browser", type: "bye", payload: "old" });
    await relay.clock.advance(60_000);
    await relay.clock.advance(1);
    await relay.register(share);
    const after = tokenOf(await relay.openSession(share, sessionId));
    await expect(relay.readSession(sessionId, before)).rejects.toThrow("401");
    expect(await (await relay.readSession(sessionId, after)).isOver()).toBe(false);
  });

  test.each(["short", "A".repeat(21), "A".repeat(23), `${"A".repeat(21)}B`, `${"A".repeat(21)}=`, "ÄÄÄÄÄÄÄÄÄÄÄ"])(
    "refuses the session id %j, which is not 16 bytes in base64url",
    async (sessionId) => {
      expect((await relay.openSession(share, sessionId)).status).toBe(400);
    },
  );

  test.each([
    ["the agent's", { from: "agent", type: "offer", payload: "" }],
    ["no offer", { from: "browser", type: "candidate", payload: "" }],
    ["nothing", {}],
  ])("refuses a body that is %s", async (_name, body) => {
    expect((await relay.openSession(share, createRandomId(), { body })).status).toBe(400);
  });

  test("reports that the daemon is away", async () => {
    await relay.clock.advance(10_000);
    const answer = await relay.openSession(share, createRandomId());
    expect(answer).toMatchObject({ status: 503, body: { error: "offline" } });
    expect(answer.headers.get("retry-after")).toMatch(/^\d+$/);
  });

  test("a session that the agent doesn't accept ends after 15 s", async () => {
    const { sessionId, browserToken, agentToken, daemon } = await relay.startSession();
    const reader = await relay.readSession(sessionId, browserToken);
    await relay.postSignal(sessionId, agentToken, { from: "agent", type: "candidate", payload: "no answer yet" });
    await relay.clock.advance(14_999);
    expect(await reader.isOver()).toBe(false);
    await relay.clock.advance(1);
    expect(await reader.isOver()).toBe(true);
    expect((await reader.events()).at(-1)).toMatchObject({ event: "end", data: '{"reason":"not-accepted"}' });
    expect((await daemon.events()).at(-1)).toMatchObject({ event: "end" });
    expect((await relay.postSignal(sessionId, browserToken, { from: "browser", type: "candidate", payload: "" })).status).toBe(404);
  });

  test("an accepted session continues", async () => {
    const { sessionId, browserToken, agentToken } = await relay.startSession();
    await relay.clock.advance(14_999);
    expect((await relay.postSignal(sessionId, agentToken, { from: "agent", type: "answer", payload: "answer" })).status).toBe(200);
    const reader = await relay.readSession(sessionId, browserToken);
    await relay.clock.advance(20_000);
    expect(await reader.isOver()).toBe(false);
    expect(await reader.payloads()).toEqual(["answer"]);
  });

  test("an answer from the browser accepts nothing", async () => {
    const { sessionId, browserToken } = await relay.startSession();
    await relay.postSignal(sessionId, browserToken, { from: "browser", type: "answer", payload: "mine" });
    await relay.clock.advance(15_000);
    expect((await relay.postSignal(sessionId, browserToken, { from: "browser", type: "candidate", payload: "" })).status).toBe(404);
  });

  test("a deadline holds when the instance with its timer is gone", async () => {
    const clock = new FakeClock();
    const store = createMemoryStore({ clock });
    const first = new RelayFixture({ store }, clock);
    const { sessionId, browserToken } = await first.startSession();
    await first.relay.close();
    const second = new RelayFixture({ store }, clock);
    await clock.advance(15_000);
    const answer = await second.postSignal(sessionId, browserToken, { from: "browser", type: "candidate", payload: "" });
    expect(answer.status).toBe(404);
    await second.relay.close();
  });
});

describe("caps of waiting sessions", () => {
  const limits = { pendingPerAddress: 2, pendingPerShare: 3 };
  const from = (address: string) => ({ context: { address } });
  let token: string;
  beforeEach(async () => {
    relay = new RelayFixture({ limits });
    token = await relay.register(share);
    await relay.readDaemon(token);
  });

  test("one address is stopped by its own cap before it fills the share's", async () => {
    const answers = [];
    for (let count = 0; count < 10; count += 1) {
      answers.push(await relay.openSession(share, createRandomId()));
    }
    expect(answers.map(({ status }) => status)).toEqual([201, 201, ...Array.from({ length: 8 }, () => 429)]);
    expect(answers[9]?.headers.get("retry-after")).toBe("15");
    expect((await relay.openSession(share, createRandomId(), from("192.0.2.2"))).status).toBe(201);
    expect((await relay.openSession(share, createRandomId(), from("192.0.2.3"))).status).toBe(429);
  });

  test("if both caps are reached, the address's is reported", async () => {
    relay = new RelayFixture({ limits: { pendingPerAddress: 1, pendingPerShare: 1 } });
    await relay.readDaemon(await relay.register(share));
    await relay.openSession(share, createRandomId());
    expect((await relay.openSession(share, createRandomId())).body).toMatchObject({ message: expect.stringContaining("address") });
    const other = await relay.openSession(share, createRandomId(), from("192.0.2.2"));
    expect(other.body).toMatchObject({ message: expect.stringContaining("share") });
  });

  test("a session that the share's cap refuses takes no slot of the address", async () => {
    const other = await relay.createShare();
    await relay.readDaemon(await relay.register(other));
    await relay.openSession(share, createRandomId());
    await relay.openSession(share, createRandomId());
    await relay.openSession(share, createRandomId(), from("192.0.2.2"));
    for (let count = 0; count < 5; count += 1) {
      expect((await relay.openSession(share, createRandomId(), from("192.0.2.3"))).status).toBe(429);
    }
    expect((await relay.openSession(other, createRandomId(), from("192.0.2.3"))).status).toBe(201);
    expect((await relay.openSession(other, createRandomId(), from("192.0.2.3"))).status).toBe(201);
  });

  test("a refused session can be opened later under the same id", async () => {
    await relay.openSession(share, createRandomId());
    await relay.openSession(share, createRandomId());
    const sessionId = createRandomId();
    expect((await relay.openSession(share, sessionId)).status).toBe(429);
    await relay.clock.advance(15_000);
    expect((await relay.openSession(share, sessionId)).status).toBe(201);
  });

  test("slots are released when sessions end, are accepted or post bye", async () => {
    const opened = await Promise.all(
      [createRandomId(), createRandomId()].map(async (id) => ({ id, token: tokenOf(await relay.openSession(share, id)) })),
    );
    expect((await relay.openSession(share, createRandomId())).status).toBe(429);
    await relay.postSignal(opened[0]?.id ?? "", opened[0]?.token ?? "", { from: "browser", type: "bye", payload: "" });
    const third = createRandomId();
    expect((await relay.openSession(share, third)).status).toBe(201);
    const daemon = await relay.readDaemon(token);
    const event = (await daemon.events()).find(({ data }) => data.includes(third));
    const agentToken = (JSON.parse(event?.data ?? "{}") as { token: string }).token;
    await relay.postSignal(third, agentToken, { from: "agent", type: "answer", payload: "" });
    expect((await relay.openSession(share, createRandomId())).status).toBe(201);
    await relay.clock.advance(15_000);
    expect((await relay.openSession(share, createRandomId())).status).toBe(201);
  });

  test("clients of one /64 share the caps of one address", async () => {
    const statuses = [];
    for (const host of ["1", "2", "3"]) {
      statuses.push((await relay.openSession(share, createRandomId(), from(`2001:db8:0:1::${host}`))).status);
    }
    expect(statuses).toEqual([201, 201, 429]);
  });

  test("X-Forwarded-For is used only with a trusted proxy, and only its last entry", async () => {
    const forwarded = (value: string) => relay.openSession(share, createRandomId(), { headers: { "x-forwarded-for": value } });
    expect([await forwarded("10.0.0.1"), await forwarded("10.0.0.2"), await forwarded("10.0.0.3")].map(({ status }) => status)).toEqual([
      201, 201, 429,
    ]);
    relay = new RelayFixture({ limits, trustProxy: true });
    await relay.readDaemon(await relay.register(share));
    const spoofed = [await forwarded("10.0.0.1, 10.9.9.9"), await forwarded("10.0.0.2, 10.9.9.9"), await forwarded("10.0.0.3, 10.9.9.9")];
    expect(spoofed.map(({ status }) => status)).toEqual([201, 201, 429]);
    expect((await forwarded("10.9.9.9, 10.0.0.4")).status).toBe(201);
  });

  test("an address, a share and the relay have caps of sessions, until the messages of one are dropped", async () => {
    for (const limit of [{ sessionsPerAddress: 1 }, { sessionsPerShare: 1 }, { sessions: 1 }]) {
      relay = new RelayFixture({ limits: limit });
      const { share: used, sessionId, agentToken } = await relay.startSession();
      await relay.postSignal(sessionId, agentToken, { from: "agent", type: "answer", payload: "" });
      expect(await relay.openSession(used, createRandomId())).toMatchObject(REFUSED);
      await relay.postSignal(sessionId, agentToken, { from: "agent", type: "bye", payload: "" });
      expect(await relay.openSession(used, createRandomId())).toMatchObject(REFUSED);
      await relay.clock.advance(60_000);
      await relay.register(used);
      expect((await relay.openSession(used, createRandomId())).status).toBe(201);
    }
  });

  test("a session in use keeps its slot beyond the idle time", async () => {
    relay = new RelayFixture({ limits: { sessionsPerShare: 1 } });
    const { share: used, sessionId, agentToken, browserToken, daemonToken } = await relay.startSession();
    await relay.postSignal(sessionId, agentToken, { from: "agent", type: "answer", payload: "" });
    for (let seconds = 0; seconds < 1500; seconds += 25) {
      await relay.readSession(sessionId, browserToken);
      await relay.readDaemon(daemonToken);
      await relay.clock.advance(25_000);
    }
    expect(await relay.openSession(used, createRandomId())).toMatchObject(REFUSED);
  });

  test("a daemon whose log is full gets no more sessions, and the attempt leaves no data", async () => {
    relay = new RelayFixture({ limits: { daemonMessages: 1 } });
    const { share: used, sessionId, browserToken } = await relay.startSession();
    const refused = createRandomId();
    expect(await relay.openSession(used, refused)).toMatchObject({ status: 429, body: { error: "over-cap" } });
    await relay.postSignal(sessionId, browserToken, { from: "browser", type: "bye", payload: "" });
    await relay.clock.advance(60_000);
    await relay.register(used);
    expect((await relay.openSession(used, refused)).status).toBe(201);
  });
});
