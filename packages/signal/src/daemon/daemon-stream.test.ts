import { describe, expect, test } from "vitest";
import { createShare, setUpDaemon } from "../../test/daemon-harness.ts";
import { collect, hang, json, networkFailure } from "../../test/fake-fetch.ts";
import { daemonSignalText, sessionEventText } from "../../test/fake-relay.ts";
import { turn, until } from "../../test/until.ts";
import { createRandomId } from "../encoding/random.ts";

const at = setUpDaemon();

describe("when the relay forgot us", () => {
  test.each([401, 404])(
    "by %i on the stream, all shares are registered anew, and a new stream opens without the old position",
    async (status) => {
      const ids = await at.online(3);
      at.relay.stream.write(sessionEventText(createRandomId()));
      await turn(1);
      at.relay.forget();
      at.relay.unknownStatus = status;
      at.relay.stream.end();
      await until(() => at.states.length === 3);
      expect(at.relay.registered).toEqual([...ids, ...ids]);
      expect(at.relay.streams).toHaveLength(2);
      expect(at.relay.calls.at(-1)?.headers.has("last-event-id")).toBe(false);
      expect(at.reasons()).toEqual(["online", status === 401 ? "unauthorized" : "not-found", "online"]);
    },
  );

  test("a relay that was restarted loses no time: nothing is waited for", async () => {
    await at.online();
    await turn(25_000);
    at.relay.forget();
    at.relay.stream.end();
    await turn(0);
    expect(at.reasons()).toEqual(["online", "unauthorized", "online"]);
  });

  test("a share that is taken back while it is registered anew is taken back", async () => {
    const [id = ""] = await at.online();
    at.relay.forget();
    at.relay.refuse = () => {
      at.relay.refuse = undefined;
      void at.daemon.revoke(id);
      return undefined;
    };
    await turn(25_000);
    at.relay.stream.end();
    await until(() => at.relay.revoked.length === 1);
    expect(at.relay.revoked).toEqual([id]);
    await turn(60_000);
    expect(at.relay.registered).toEqual([id, id]);
  });

  test("a share that is refused now does not stand in the others' way, is told, and is tried again after a minute", async () => {
    const ids = await at.online(3);
    const [, second] = ids;
    at.relay.forget();
    at.relay.refuse = (shareId) => (shareId === second ? json({ error: "too-many-shares" }, 403) : undefined);
    at.relay.stream.end();
    await until(() => at.relay.streams.length === 2);
    expect(at.relay.registered.slice(3)).toEqual([ids[0], ids[2]]);
    expect(at.refusals).toEqual([second]);
    expect(at.daemon.state.online).toBe(true);
    at.relay.refuse = undefined;
    for (let turns = 0; turns < 4; turns += 1) {
      await turn(25_000);
      at.relay.stream.end();
    }
    await until(() => at.relay.registered.length === 6);
    expect(at.relay.registered[5]).toBe(second);
  });

  test("a relay that refuses all is asked again with backoff, never in a tight loop", async () => {
    await at.online(2);
    at.relay.forget();
    at.relay.refuse = () => json({ error: "closed" }, 403);
    at.relay.stream.end();
    for (let turns = 0; turns < 60; turns += 1) await turn(1000);
    expect(at.relay.calls.length).toBeLessThan(30);
    expect(at.daemon.state).toMatchObject({ online: false, error: { reason: "forbidden" } });
    at.relay.refuse = undefined;
    await until(() => at.daemon.state.online);
  });

  test("a relay that takes registrations and then refuses its own token is asked with backoff", async () => {
    await at.online();
    at.relay.forget();
    at.relay.refuse = (shareId) => json({ shareId, token: "never-valid", iceServers: [] });
    at.relay.stream.end();
    for (let turns = 0; turns < 60; turns += 1) await turn(1000);
    expect(at.relay.calls.length).toBeLessThan(30);
  });

  test("a new share that meets a restarted relay first does not hide that the others are gone", async () => {
    const [first] = await at.online();
    at.relay.forget();
    const { shareId } = await at.daemon.register(await createShare());
    at.relay.stream.end();
    await until(() => at.relay.streams.length === 2);
    expect(new Set(at.relay.registered.slice(2))).toEqual(new Set([first, shareId]));
  });
});

describe("losing the relay", () => {
  test("the stream is opened again with the last id, and no share is registered anew after a short outage", async () => {
    await at.online();
    at.relay.stream.write(sessionEventText(createRandomId()));
    await turn(1);
    at.relay.away = networkFailure;
    at.relay.stream.fail();
    await until(() => !at.daemon.state.online);
    expect(at.reasons()).toEqual(["online", "unreachable"]);
    await turn(10_000);
    at.relay.away = undefined;
    await until(() => at.daemon.state.online);
    expect(at.relay.registered).toHaveLength(1);
    expect(at.relay.calls.at(-1)?.headers.get("last-event-id")).toMatch(/^\d+$/u);
  });

  test("a normal end is no outage", async () => {
    await at.online();
    at.relay.stream.write(sessionEventText(createRandomId()));
    await turn(1);
    at.relay.stream.end();
    await until(() => at.relay.streams.length === 2);
    expect(at.states).toEqual([{ online: true }]);
  });

  test("for more than a minute: the shares are registered anew, for the relay may have forgotten them", async () => {
    const ids = await at.online(2);
    at.relay.away = () => json({}, 502);
    at.relay.stream.fail();
    for (let turns = 0; turns < 12; turns += 1) await turn(15_000);
    at.relay.away = undefined;
    await until(() => at.daemon.state.online);
    expect(at.relay.registered).toEqual([...ids, ...ids]);
  });

  test("for minutes does not end a session's messages: they wait, and go on", async () => {
    await at.online();
    const session = await at.oneSession();
    const { items, done } = collect(session.signals.messages({ signal: at.signal }));
    let ended = false;
    void done.then(() => (ended = true));
    at.relay.away = networkFailure;
    at.relay.stream.fail();
    for (let turns = 0; turns < 30; turns += 1) await turn(15_000);
    expect(ended).toBe(false);
    at.relay.away = undefined;
    await until(() => at.daemon.state.online);
    at.relay.stream.write(daemonSignalText(session.sessionId, "after"));
    await until(() => items.length === 2);
    expect(items[1]).toEqual({ from: "browser", type: "candidate", payload: "after", ts: 5 });
  });
});

describe("another network", () => {
  test("has the stream opened anew at once, with the last id and no share registered anew; what the dead one still says is nobody's", async () => {
    await at.online(2);
    const session = await at.oneSession();
    const { items } = collect(session.signals.messages({ signal: at.signal }));
    const dead = at.relay.stream;
    at.daemon.networkChanged();
    await turn(0);
    expect(at.relay.streams).toHaveLength(2);
    expect(at.relay.calls.at(-1)?.headers.get("last-event-id")).toMatch(/^\d+$/u);
    expect(at.relay.registered).toHaveLength(2);
    expect(at.states).toEqual([{ online: true }]);
    expect(dead.cancelled).toBe(true);
    at.relay.stream.write(daemonSignalText(session.sessionId, "after"));
    await until(() => items.length === 2);
  });

  test("may leave a connection that is dead, and still kept: the next try comes after 3 s, not 10", async () => {
    await at.online();
    at.relay.away = hang;
    at.daemon.networkChanged();
    await turn(3000);
    at.relay.away = undefined;
    await turn(1500);
    expect(at.daemon.state.online).toBe(true);
    expect(at.relay.registered).toHaveLength(1);
  });

  test("ends the wait for the next try, and its count begins anew", async () => {
    await at.online();
    at.relay.away = networkFailure;
    at.relay.stream.fail();
    for (let turns = 0; turns < 5; turns += 1) await turn(1000);
    at.relay.away = undefined;
    at.daemon.networkChanged();
    await turn(0);
    expect(at.daemon.state.online).toBe(true);
  });

  test("ends the wait for the next registration, too", async () => {
    await at.online();
    at.relay.forget();
    at.relay.refuse = () => json({ error: "closed" }, 403);
    at.relay.stream.end();
    for (let turns = 0; turns < 20; turns += 1) await turn(1000);
    at.relay.refuse = undefined;
    at.daemon.networkChanged();
    await turn(0);
    expect(at.daemon.state.online).toBe(true);
  });
});
