import { createRandomId, deriveJoinToken } from "@rangecast/signal";
import { beforeEach, describe, expect, test } from "vitest";
import { createMemoryStore } from "../store/memory-store.ts";
import type { RelayStore } from "../store/store.ts";
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

function look(of: TestShare, token: string = of.joinToken) {
  return relay.call("GET", `/api/v1/shares/${of.shareId}`, { token });
}

describe("registering a share", () => {
  test("returns its id, a token and the ICE servers", async () => {
    const answer = await relay.call("POST", "/api/v1/shares", { body: await relay.registration(share) });
    expect(answer).toMatchObject({ status: 200, body: { shareId: share.shareId, iceServers: STUN } });
    expect(tokenOf(answer).length).toBeGreaterThan(43);
  });

  test("gives one token for all shares of one run, and another for another run", async () => {
    const first = await relay.register(share);
    const second = await relay.register(await relay.createShare({ identity: share.identity, epoch: share.epoch }));
    const nextRun = await relay.register(await relay.createShare({ identity: share.identity }));
    expect(second).toBe(first);
    expect(nextRun).not.toBe(first);
    await expect(relay.readDaemon(first)).resolves.toBeDefined();
    await expect(relay.readDaemon(nextRun)).resolves.toBeDefined();
  });

  test.each([
    [-5 * 60_000, 200],
    [-5 * 60_000 - 1, 403],
    [5 * 60_000, 200],
    [5 * 60_000 + 1, 403],
  ])("with a clock %i ms off: %i", async (offMs, status) => {
    const body = await relay.registration(share, { time: relay.clock.now() + offMs });
    const answer = await relay.call("POST", "/api/v1/shares", { body });
    expect(answer.status).toBe(status);
    expect(status === 200 || (answer.body as { error: string }).error === "wrong-time").toBe(true);
  });

  test("a registration for another relay is refused", async () => {
    const body = await relay.registration(share, { origin: "http://other.test" });
    expect(await relay.call("POST", "/api/v1/shares", { body })).toMatchObject({ status: 403, body: { error: "wrong-origin" } });
  });

  test("if origins are configured, only those are accepted", async () => {
    relay = new RelayFixture({ origins: ["https://relay.example/"] });
    const fromRequest = await relay.registration(share);
    expect((await relay.call("POST", "/api/v1/shares", { body: fromRequest })).status).toBe(403);
    const configured = await relay.registration(share, { origin: "https://relay.example" });
    expect((await relay.call("POST", "/api/v1/shares", { body: configured })).status).toBe(200);
  });

  test("the scheme from a trusted proxy is used for our origin, from another it isn't", async () => {
    const headers = { "x-forwarded-proto": "https" };
    const body = await relay.registration(share, { origin: "https://relay.test" });
    expect((await relay.call("POST", "/api/v1/shares", { body, headers })).status).toBe(403);
    relay = new RelayFixture({ trustProxy: true }, relay.clock);
    expect((await relay.call("POST", "/api/v1/shares", { body, headers })).status).toBe(200);
  });

  test("a handler that accepts no daemons serves the viewers of one that registered through another handler", async () => {
    const store = createMemoryStore({ clock: relay.clock });
    const forDaemon = new RelayFixture({ store }, relay.clock);
    const forViewers = new RelayFixture({ store, acceptDaemons: false }, relay.clock);
    const body = await forDaemon.registration(share);
    expect(await forViewers.call("POST", "/api/v1/shares", { body })).toMatchObject({ status: 403, body: { error: "forbidden" } });
    expect((await forDaemon.call("POST", "/api/v1/shares", { body })).status).toBe(200);
    expect((await forViewers.call("GET", `/api/v1/shares/${share.shareId}`, { token: share.joinToken })).status).toBe(200);
  });

  test("whether the proxy is trusted is asked at each request", async () => {
    let trusted = false;
    relay = new RelayFixture({ trustProxy: () => trusted, limits: { registrationsPerAddress: 1 } }, relay.clock);
    const register = async (address: string): Promise<number> => {
      const body = await relay.registration(await relay.createShare());
      return (await relay.call("POST", "/api/v1/shares", { body, headers: { "x-forwarded-for": address } })).status;
    };
    expect([await register("198.51.100.1"), await register("198.51.100.2")]).toEqual([200, 429]);
    trusted = true;
    expect([await register("198.51.100.1"), await register("198.51.100.2")]).toEqual([200, 200]);
  });

  test.each(["publicKey", "shareNonce", "joinHash", "epoch", "time", "signature"])("a changed %s is refused", async (field) => {
    const body = await relay.registration(share);
    const other = await relay.registration(await relay.createShare(), { time: relay.clock.now() + 1 });
    const answer = await relay.call("POST", "/api/v1/shares", { body: { ...body, [field]: other[field] } });
    expect(answer).toMatchObject({ status: 403, body: { error: "bad-signature" } });
    expect((await look(share)).status).toBe(404);
  });

  test.each([
    ["nothing", ""],
    ["no JSON", "{"],
    ["no registration", {}],
  ])("refuses a body with %s", async (_name, body) => {
    expect((await relay.call("POST", "/api/v1/shares", { body })).status).toBe(400);
  });

  test("each registration is accepted once, so that a replay gets no token", async () => {
    const body = await relay.registration(share);
    expect((await relay.call("POST", "/api/v1/shares", { body })).status).toBe(200);
    expect(await relay.call("POST", "/api/v1/shares", { body })).toMatchObject({ status: 409, body: { error: "replayed" } });
    await relay.clock.advance(5 * 60_000);
    expect((await relay.call("POST", "/api/v1/shares", { body })).status).toBe(409);
    await relay.clock.advance(1);
    expect((await relay.call("POST", "/api/v1/shares", { body })).body).toMatchObject({ error: "wrong-time" });
  });

  test("a run that left before the next one came loses its sessions, and the share belongs to the next one", async () => {
    const { share: old, sessionId, browserToken, daemon } = await relay.startSession();
    const reader = await relay.readSession(sessionId, browserToken);
    await daemon.leave();
    const next = await relay.createShare({ ...old, epoch: createRandomId() });
    await relay.register(next);
    expect((await reader.events()).at(-1)).toMatchObject({ event: "end", data: '{"reason":"restarted"}' });
    expect((await look(next)).body).toMatchObject({ epoch: next.epoch });
  });

  test("registering again leaves the sessions alone", async () => {
    const { share: same, sessionId, browserToken } = await relay.startSession();
    const reader = await relay.readSession(sessionId, browserToken);
    await relay.clock.advance(1);
    await relay.register(same);
    expect(await reader.isOver()).toBe(false);
  });
});

describe("caps of registering", () => {
  test("shares of one daemon", async () => {
    relay = new RelayFixture({ limits: { sharesPerDaemon: 1 } });
    await relay.register(share);
    const second = await relay.createShare({ identity: share.identity, epoch: share.epoch });
    const body = await relay.registration(second);
    expect(await relay.call("POST", "/api/v1/shares", { body })).toMatchObject(REFUSED);
    await relay.clock.advance(1);
    await relay.register(share);
    await relay.register(await relay.createShare());
  });

  test("daemons of one address", async () => {
    relay = new RelayFixture({ limits: { daemonsPerAddress: 1 } });
    await relay.register(share);
    const body = await relay.registration(await relay.createShare());
    expect(await relay.call("POST", "/api/v1/shares", { body })).toMatchObject(REFUSED);
    expect((await relay.call("POST", "/api/v1/shares", { body, context: { address: "192.0.2.2" } })).status).toBe(409);
    await relay.register(await relay.createShare(), { address: "192.0.2.2" });
  });

  test("daemons and shares in total", async () => {
    relay = new RelayFixture({ limits: { daemons: 1 } });
    await relay.register(share);
    await expect(relay.register(await relay.createShare(), { address: "192.0.2.2" })).rejects.toThrow("429");
    relay = new RelayFixture({ limits: { shares: 1 } });
    await relay.register(share);
    await expect(relay.register(await relay.createShare(), { address: "192.0.2.2" })).rejects.toThrow("429");
  });

  test("registrations of one address in a minute, successful or not", async () => {
    relay = new RelayFixture({ limits: { registrationsPerAddress: 2 } });
    await relay.register(share);
    await relay.call("POST", "/api/v1/shares", { body: {} });
    const refused = await relay.call("POST", "/api/v1/shares", { body: {} });
    expect(refused).toMatchObject(REFUSED);
    expect(refused.headers.get("retry-after")).toBe("60");
    await relay.clock.advance(60_000);
    expect((await relay.call("POST", "/api/v1/shares", { body: {} })).status).toBe(400);
  });
});

describe("looking up a share", () => {
  test("returns whether the daemon is online, its epoch, and ICE servers", async () => {
    const token = await relay.register(share);
    const daemon = await relay.readDaemon(token);
    expect(await look(share)).toMatchObject({ status: 200, body: { online: true, epoch: share.epoch, iceServers: STUN } });
    await daemon.leave();
    await relay.clock.advance(10_000);
    expect((await look(share)).body).toMatchObject({ online: false, epoch: share.epoch });
  });

  test("gives TURN credentials to daemon and viewer, each its own, and none without the link", async () => {
    relay = new RelayFixture({ iceServers: STUN, turn: { urls: ["turn:turn.test"], secret: "north" } });
    const registered = await relay.call("POST", "/api/v1/shares", { body: await relay.registration(share) });
    const servers = ({ body }: { body: unknown }) => (body as { iceServers: { username?: string }[] }).iceServers;
    const answers = [registered, await look(share), await look(share)];
    for (const answer of answers)
      expect(servers(answer)).toMatchObject([...STUN, { urls: ["turn:turn.test"], username: expect.stringMatching(/^\d+:/u) }]);
    expect(new Set(answers.map((answer) => servers(answer)[1]?.username)).size).toBe(3);
    expect((await look(share, "wrong")).body).not.toHaveProperty("iceServers");
  });

  test("ICE servers can be made for each request", async () => {
    relay = new RelayFixture({
      iceServers: ({ side, shareId }) => [{ urls: "turn:turn.test", username: `${side} ${shareId}`, credential: "x" }],
    });
    const registered = await relay.call("POST", "/api/v1/shares", { body: await relay.registration(share) });
    expect(registered.body).toMatchObject({ iceServers: [{ username: `agent ${share.shareId}` }] });
    expect((await look(share)).body).toMatchObject({ iceServers: [{ username: `browser ${share.shareId}` }] });
    const opened = await relay.openSession(share, createRandomId());
    expect(opened.body).toMatchObject({ iceServers: [{ username: `browser ${share.shareId}` }] });
  });

  test("an unknown id and a wrong, other, missing or malformed token get the same response", async () => {
    await relay.register(share);
    const other = await relay.createShare();
    await relay.register(other);
    const bytesOf = async (path: string, token?: string, method = "GET") => {
      const response = await relay.request(method, path, token === undefined ? {} : { token });
      return JSON.stringify([response.status, [...response.headers], await response.text()]);
    };
    const unknown = `/api/v1/shares/${createRandomId()}`;
    const known = `/api/v1/shares/${share.shareId}`;
    const answers = await Promise.all([
      bytesOf(unknown, share.joinToken),
      bytesOf(unknown),
      bytesOf("/api/v1/shares/nonsense", share.joinToken),
      bytesOf(known, other.joinToken),
      bytesOf(known, "wrong"),
      bytesOf(known),
      bytesOf(`${unknown}/sessions/${createRandomId()}`, share.joinToken, "POST"),
      bytesOf(`${known}/sessions/${createRandomId()}`, other.joinToken, "POST"),
      bytesOf(`${known}/sessions/${createRandomId()}`, undefined, "POST"),
    ]);
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toContain("not-found");
  });

  test("a wrong token leaves the same traces in the store as an unknown id", async () => {
    const clock = new FakeClock();
    const calls: string[] = [];
    const store = recording(createMemoryStore({ clock }), calls);
    relay = new RelayFixture({ store }, clock);
    await relay.register(share);
    const traceOf = async (shareId: string) => {
      calls.length = 0;
      await relay.call("GET", `/api/v1/shares/${shareId}`, { token: "wrong" });
      await relay.openSession({ ...share, shareId, joinToken: "wrong" }, createRandomId());
      return calls.map((call) => call.replace(shareId, "ID"));
    };
    expect(await traceOf(share.shareId)).toEqual(await traceOf(createRandomId()));
  });

  test("there is a cap of attempts per address and minute, successful or not", async () => {
    relay = new RelayFixture({ limits: { joinsPerAddress: 2 } });
    await relay.register(share);
    expect((await look(share)).status).toBe(200);
    expect((await look(share, "wrong")).status).toBe(404);
    expect(await look(share)).toMatchObject(REFUSED);
    expect((await look(share, "wrong")).status).toBe(429);
  });

  test("a join token is derived from the link's secret", async () => {
    await relay.register(share);
    const guess = await deriveJoinToken(new Uint8Array(32), share.shareId);
    expect((await look(share, guess)).status).toBe(404);
  });
});

describe("revoking a share", () => {
  test("ends its sessions, with the reason, and no others", async () => {
    const { share: revoked, sessionId, browserToken, daemonToken, daemon } = await relay.startSession();
    const other = await relay.startSession();
    const reader = await relay.readSession(sessionId, browserToken);
    const bystander = await relay.readSession(other.sessionId, other.browserToken);
    const answer = await relay.call("DELETE", `/api/v1/shares/${revoked.shareId}`, { token: daemonToken });
    expect(answer).toMatchObject({ status: 200, body: { ok: true } });
    expect((await reader.events()).at(-1)).toMatchObject({ event: "end", data: '{"reason":"revoked"}' });
    expect(await reader.isOver()).toBe(true);
    expect(JSON.parse((await daemon.events()).at(-1)?.data ?? "")).toEqual({ shareId: revoked.shareId, sessionId, reason: "revoked" });
    expect((await look(revoked)).status).toBe(404);
    expect((await relay.postSignal(sessionId, browserToken, { from: "browser", type: "candidate", payload: "" })).status).toBe(404);
    expect(await bystander.isOver()).toBe(false);
  });

  test("needs the daemon's own token", async () => {
    const token = await relay.register(share);
    const stranger = await relay.register(await relay.createShare());
    const path = `/api/v1/shares/${share.shareId}`;
    expect((await relay.call("DELETE", path)).status).toBe(401);
    expect((await relay.call("DELETE", path, { token: share.joinToken })).status).toBe(401);
    expect((await relay.call("DELETE", path, { token: `${token}x` })).status).toBe(401);
    expect((await relay.call("DELETE", path, { token: stranger })).status).toBe(404);
    expect((await look(share)).status).toBe(200);
    expect((await relay.call("DELETE", path, { token })).status).toBe(200);
    expect((await relay.call("DELETE", path, { token })).status).toBe(404);
  });

  test("frees its slot for another share", async () => {
    relay = new RelayFixture({ limits: { sharesPerDaemon: 1, shares: 1 } });
    const token = await relay.register(share);
    await relay.call("DELETE", `/api/v1/shares/${share.shareId}`, { token });
    await relay.register(await relay.createShare({ identity: share.identity, epoch: share.epoch }));
  });
});

describe("shares whose daemon is away", () => {
  test("one whose daemon never came expires soon", async () => {
    await relay.register(share);
    await relay.clock.advance(600_000 - 1);
    expect((await look(share)).status).toBe(200);
    await relay.clock.advance(1);
    expect((await look(share)).status).toBe(404);
  });

  test("one whose daemon never came releases its slot then", async () => {
    relay = new RelayFixture({ limits: { shares: 1 } });
    await relay.register(share);
    await relay.clock.advance(600_000);
    await relay.register(await relay.createShare());
  });

  test("one whose daemon left is offline for a day, then not found", async () => {
    const token = await relay.register(share);
    await (await relay.readDaemon(token)).leave();
    await relay.clock.advance(24 * 3_600_000 - 1);
    expect((await look(share)).body).toMatchObject({ online: false });
    await relay.clock.advance(1);
    expect((await look(share)).status).toBe(404);
  });

  test("registering again does not shorten that", async () => {
    const token = await relay.register(share);
    await (await relay.readDaemon(token)).leave();
    await relay.clock.advance(1);
    await relay.register(share);
    await relay.clock.advance(3_600_000);
    expect((await look(share)).body).toMatchObject({ online: false });
  });
});

/** A store that records its calls, without values. */
function recording(store: RelayStore, calls: string[]): RelayStore {
  return new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") {
        return value;
      }
      return (...args: unknown[]): unknown => {
        calls.push(`${String(name)} ${String(args[0])}`);
        return Reflect.apply(value, target, args) as unknown;
      };
    },
  });
}
