import { createRandomId } from "@rangecast/signal";
import { describe, expect, test, vi } from "vitest";
import { createMemoryStore } from "./store/memory-store.ts";
import { createRelay } from "./relay.ts";
import { FakeClock } from "./testing/fake-clock.ts";
import { RelayFixture, signalPath, streamingPost } from "./testing/relay-fixture.ts";

const KEY = "api-key";
const EVENTS = `${signalPath("session")}/events`;

describe("requests from a page on another origin", () => {
  const paths = [`/api/v1/shares/${createRandomId()}`, signalPath("session"), EVENTS, "/api/v1/shares", "/api/v1/daemon/events"];

  test.each(paths)("a preflight for %s allows bearer tokens, and is cached", async (path) => {
    const response = await new RelayFixture().request("OPTIONS", path, {
      headers: {
        origin: "https://page.test",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type",
      },
    });
    expect(response.status).toBe(204);
    const allowed = (name: string): string[] => (response.headers.get(`access-control-allow-${name}`) ?? "").toLowerCase().split(",");
    expect(allowed("origin")).toEqual(["*"]);
    expect(allowed("headers")).toEqual(expect.arrayContaining(["authorization", "content-type", "last-event-id", "cache-control"]));
    expect(allowed("methods")).toEqual(expect.arrayContaining(["get", "post", "delete"]));
    expect(Number(response.headers.get("access-control-max-age"))).toBeGreaterThan(600);
    expect(response.headers.get("access-control-allow-credentials")).toBeNull();
  });

  test.each(paths)("the response of %s may be read, also a refusal and its Retry-After", async (path) => {
    const response = await new RelayFixture().request("GET", path, { token: "wrong", headers: { origin: "https://page.test" } });
    expect(response.ok).toBe(false);
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    expect(response.headers.get("access-control-expose-headers")).toBe("Retry-After,Rangecast-Features");
  });

  test("so may an event stream", async () => {
    const response = await new RelayFixture({ apiKeys: [KEY] }).request("GET", EVENTS, { token: KEY });
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    await response.body?.cancel();
  });

  test("no response sets a cookie or may be cached", async () => {
    const relay = new RelayFixture({ apiKeys: [KEY] });
    for (const [method, path] of [
      ["GET", paths[0] ?? ""],
      ["POST", signalPath("session")],
      ["GET", "/nowhere"],
    ] as const) {
      const response = await relay.request(method, path, {
        token: KEY,
        ...(method === "POST" ? { body: { from: "browser", type: "bye" } } : {}),
      });
      expect(response.headers.get("set-cookie")).toBeNull();
      expect(response.headers.get("cache-control")).toBe("no-store");
    }
  });
});

describe("unknown paths", () => {
  test.each([
    ["GET", "/"],
    ["GET", "/api"],
    ["GET", "/api/v1/daemon"],
    ["PUT", "/api/v1/shares"],
    ["DELETE", signalPath("session")],
    ["GET", signalPath("session")],
  ])("%s %s is 404, as JSON", async (method, path) => {
    expect(await new RelayFixture({ apiKeys: [KEY] }).call(method, path, { token: KEY })).toMatchObject({
      status: 404,
      body: { error: "not-found" },
    });
  });

  test("a health check needs no key", async () => {
    expect(await new RelayFixture().call("GET", "/healthz")).toMatchObject({ status: 200, body: { ok: true } });
  });
});

describe("caps of event streams", () => {
  test("of one address", async () => {
    const relay = new RelayFixture({ apiKeys: [KEY], limits: { streamsPerAddress: 2 } });
    const first = await relay.read(EVENTS, KEY);
    await relay.read(EVENTS, KEY);
    const refused = await relay.call("GET", EVENTS, { token: KEY });
    expect(refused).toMatchObject({ status: 429, body: { error: "busy" } });
    expect(refused.headers.get("retry-after")).toMatch(/^\d+$/);
    await relay.read(EVENTS, KEY, undefined, { address: "192.0.2.2" });
    await first.leave();
    await relay.read(EVENTS, KEY);
    await relay.clock.advance(25_000);
    await relay.read(EVENTS, KEY);
    await relay.read(EVENTS, KEY);
  });

  test("in total", async () => {
    const relay = new RelayFixture({ apiKeys: [KEY], limits: { streams: 1 } });
    await relay.read(EVENTS, KEY);
    expect(await relay.call("GET", EVENTS, { token: KEY, context: { address: "192.0.2.2" } })).toMatchObject({
      status: 503,
      body: { error: "full" },
    });
  });
});

describe("a body that doesn't arrive", () => {
  test("is waited for 10 s and no longer", async () => {
    const relay = new RelayFixture({ apiKeys: [KEY] });
    const body = new ReadableStream<Uint8Array>({ pull: () => new Promise(() => undefined) });
    const request = streamingPost(signalPath("session"), body, { authorization: `Bearer ${KEY}` });
    const answering = relay.relay.fetch(request);
    await vi.waitFor(() => expect(relay.clock.pending).toBe(1));
    await relay.clock.advance(10_000);
    expect((await answering).status).toBe(408);
  });

  test("is not read at all if the key is wrong", async () => {
    const relay = new RelayFixture({ apiKeys: [KEY] });
    let pulled = 0;
    const body = new ReadableStream<Uint8Array>(
      {
        pull: () => {
          pulled += 1;
        },
      },
      { highWaterMark: 0 },
    );
    const request = streamingPost(signalPath("session"), body);
    expect((await relay.relay.fetch(request)).status).toBe(401);
    expect(pulled).toBe(0);
  });
});

describe("close()", () => {
  test("ends every stream at once, and refuses later requests", async () => {
    const relay = new RelayFixture({ apiKeys: [KEY] });
    const plain = await relay.read(EVENTS, KEY);
    const { daemon } = await relay.startSession();
    await relay.relay.close();
    expect(await plain.isOver()).toBe(true);
    expect(plain.over).toBe("ended");
    expect(await daemon.isOver()).toBe(true);
    expect(await relay.call("GET", "/healthz")).toMatchObject({ status: 503, body: { error: "closing" } });
  });

  test("leaves no timer", async () => {
    const relay = new RelayFixture({ apiKeys: [KEY] });
    const { sessionId, agentToken, browserToken } = await relay.startSession();
    await relay.postSignal(sessionId, agentToken, { from: "agent", type: "answer", payload: "" });
    await relay.readSession(sessionId, browserToken);
    const over = await relay.startSession();
    await relay.postSignal(over.sessionId, over.browserToken, { from: "browser", type: "bye", payload: "" });
    expect(relay.clock.pending).toBeGreaterThan(3);
    await relay.relay.close();
    expect(relay.clock.pending).toBe(0);
  });

  test("leaves no timer of a request that was in progress", async () => {
    const relay = new RelayFixture({ apiKeys: [KEY] });
    const events = relay.request("GET", `${signalPath("session")}/events`, { token: KEY });
    await relay.relay.close();
    expect([200, 503]).toContain((await events).status);
    expect(relay.clock.pending).toBe(0);
  });

  test("does not close a store that it was given", async () => {
    const clock = new FakeClock();
    const store = createMemoryStore({ clock });
    const relay = new RelayFixture({ store }, clock);
    await store.put("key", "text", 1000);
    await relay.relay.close();
    expect(await store.get("key")).toBe("text");
  });
});

describe("two instances with one store", () => {
  test("connect both sides, end each other's older readers, and lose nothing", async () => {
    const clock = new FakeClock();
    const store = createMemoryStore({ clock });
    const one = new RelayFixture({ store }, clock);
    const other = new RelayFixture({ store }, clock);
    const { share, sessionId, browserToken, agentToken, daemon } = await one.startSession();
    const browser = await other.readSession(sessionId, browserToken);
    await one.postSignal(sessionId, agentToken, { from: "agent", type: "answer", payload: "answer" });
    await other.postSignal(sessionId, browserToken, { from: "browser", type: "candidate", payload: "candidate" });
    expect(await browser.payloads()).toEqual(["answer"]);
    expect(await daemon.payloads()).toEqual(["candidate"]);
    const moved = await one.readSession(sessionId, browserToken, await browser.lastId());
    expect(await browser.isOver()).toBe(true);
    await one.postSignal(sessionId, agentToken, { from: "agent", type: "candidate", payload: "more" });
    expect(await moved.payloads()).toEqual(["more"]);
    expect((await other.call("GET", `/api/v1/shares/${share.shareId}`, { token: share.joinToken })).body).toMatchObject({ online: true });
  });
});

describe("a fault of the relay's own", () => {
  test("is a 500 without details, and is reported to onTrouble", async () => {
    const fault = new Error("secret detail");
    const clock = new FakeClock();
    const store = createMemoryStore({ clock });
    const relay = new RelayFixture({ store, apiKeys: [KEY] }, clock);
    store.append = () => Promise.reject(fault);
    const answer = await relay.call("POST", signalPath("session"), { token: KEY, body: { from: "browser", type: "offer", payload: "" } });
    expect(answer).toMatchObject({ status: 500, body: { error: "internal" } });
    expect(JSON.stringify(answer.body)).not.toContain("secret");
    expect(relay.troubles).toEqual([fault]);
  });

  test("a full store is a 503", async () => {
    const relay = new RelayFixture({ apiKeys: [KEY], limits: { storeBytes: 2000 } });
    const body = { from: "browser", type: "offer", payload: "x".repeat(3000) };
    expect(await relay.call("POST", signalPath("session"), { token: KEY, body })).toMatchObject({ status: 503, body: { error: "full" } });
  });
});

test("works without options, on the machine's clock", async () => {
  const relay = createRelay();
  expect((await relay.fetch(new Request("http://relay.test/healthz"))).status).toBe(200);
  await relay.close();
});
