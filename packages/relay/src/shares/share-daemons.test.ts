import { createRandomId } from "@rangecast/signal";
import { beforeEach, describe, expect, test } from "vitest";
import { keys } from "../store/keys.ts";
import { createMemoryStore } from "../store/memory-store.ts";
import { RelayFixture, type TestShare, tokenOf } from "../testing/relay-fixture.ts";

let relay: RelayFixture;
let share: TestShare;
beforeEach(async () => {
  relay = new RelayFixture();
  share = await relay.createShare();
});

function look(of: TestShare) {
  return relay.call("GET", `/api/v1/shares/${of.shareId}`, { token: of.joinToken });
}

describe("a share that two daemons have", () => {
  let one: TestShare;
  let other: TestShare;
  let oneToken = "";
  let otherToken = "";
  beforeEach(async () => {
    one = share;
    other = await relay.createShare({ ...share, epoch: createRandomId() });
    oneToken = await relay.register(one);
    await relay.readDaemon(oneToken);
  });
  const epochNow = async (): Promise<unknown> => (await look(one)).body;
  const revoke = (token: string) => relay.call("DELETE", `/api/v1/shares/${one.shareId}`, { token });

  test("sends viewers to the newest, and does not end the sessions of the other", async () => {
    const sessionId = createRandomId();
    const browser = await relay.readSession(sessionId, tokenOf(await relay.openSession(one, sessionId)));
    otherToken = await relay.register(other);
    expect(await epochNow()).toMatchObject({ online: true, epoch: other.epoch });
    expect(await browser.isOver()).toBe(false);
  });

  test("sends viewers to the remaining one as soon as the other closes its stream", async () => {
    otherToken = await relay.register(other);
    const stream = await relay.readDaemon(otherToken);
    await stream.leave();
    expect(await epochNow()).toMatchObject({ online: true, epoch: one.epoch });
    await relay.readDaemon(otherToken);
    expect(await epochNow()).toMatchObject({ online: true, epoch: other.epoch });
  });

  test("L-14: is revoked by one of them only for itself, with its own sessions", async () => {
    const first = createRandomId();
    const kept = await relay.readSession(first, tokenOf(await relay.openSession(one, first)));
    otherToken = await relay.register(other);
    await relay.readDaemon(otherToken);
    const second = createRandomId();
    const ended = await relay.readSession(second, tokenOf(await relay.openSession(one, second)));
    expect((await revoke(otherToken)).status).toBe(200);
    expect((await ended.events()).at(-1)).toMatchObject({ event: "end", data: '{"reason":"revoked"}' });
    expect(await kept.isOver()).toBe(false);
    expect(await epochNow()).toMatchObject({ online: true, epoch: one.epoch });
    expect((await revoke(otherToken)).status).toBe(404);
    expect((await revoke(oneToken)).status).toBe(200);
    expect((await look(one)).status).toBe(404);
  });

  test("has a cap, to which those that are offline don't count", async () => {
    const epochs = Array.from({ length: 15 }, () => createRandomId());
    for (const epoch of epochs) await relay.register({ ...share, epoch });
    const body = await relay.registration({ ...share, epoch: createRandomId() });
    expect(await relay.call("POST", "/api/v1/shares", { body })).toMatchObject({ status: 429, body: { error: "busy" } });
    await relay.clock.advance(10_000);
    await relay.register({ ...share, epoch: createRandomId() });
  });
});

describe("L-15: a daemon whose share the relay lost", () => {
  test("gets 401 on its next stream, so that it registers again", async () => {
    const store = createMemoryStore({ clock: relay.clock });
    relay = new RelayFixture({ store }, relay.clock);
    const token = await relay.register(share);
    await relay.readDaemon(token);
    await store.delete(keys.share(share.shareId));
    await expect(relay.readDaemon(token)).rejects.toThrow("401");
    await relay.clock.advance(1);
    await relay.readDaemon(await relay.register(share));
    expect((await look(share)).body).toMatchObject({ online: true });
  });

  test("because another one came while it was offline also gets 401, and then both have it", async () => {
    const token = await relay.register(share);
    await (await relay.readDaemon(token)).leave();
    await relay.clock.advance(10_000);
    const other = { ...share, epoch: createRandomId() };
    const otherToken = await relay.register(other);
    await relay.readDaemon(otherToken);
    await expect(relay.readDaemon(token)).rejects.toThrow("401");
    await relay.readDaemon(await relay.register(share));
    expect((await look(share)).body).toMatchObject({ epoch: share.epoch });
    await relay.readDaemon(otherToken);
    await relay.call("DELETE", `/api/v1/shares/${share.shareId}`, { token });
    expect((await look(share)).body).toMatchObject({ online: true, epoch: other.epoch });
  });
});
