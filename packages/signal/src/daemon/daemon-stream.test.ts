import { describe, expect, test } from "vitest";
import { createShare, setUpDaemon } from "../../test/daemon-harness.ts";
import { collect, hang, json, networkFailure } from "../../test/fake-fetch.ts";
import { daemonSignalText, sessionEventText } from "../../test/fake-relay.ts";
import { turn, until } from "../../test/until.ts";
import { createRandomId } from "../encoding/random.ts";

const at = setUpDaemon();

describe("when the relay no longer knows the daemon", () => {
  test.each([401, 404])(
    "by %i on the stream, all shares are registered again, and a new stream opens without the old position",
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

  test("L-15: after a relay restart the shares are registered again without a wait", async () => {
    await at.online();
    await turn(25_000);
    at.relay.forget();
    at.relay.stream.end();
    await turn(0);
    expect(at.reasons()).toEqual(["online", "unauthorized", "online"]);
  });

  test("a share that is revoked while it is being registered again stays revoked", async () => {
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

  test("a share that is refused does not block the others, is reported, and is retried after a minute", async () => {
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

  test("a relay that refuses everything is retried with backoff, not in a tight loop", async () => {
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

  test("a relay that accepts registrations and then refuses its own token is retried with backoff", async () => {
    await at.online();
    at.relay.forget();
    at.relay.refuse = (shareId) => json({ shareId, token: "never-valid", iceServers: [] });
    at.relay.stream.end();
    for (let turns = 0; turns < 60; turns += 1) await turn(1000);
    expect(at.relay.calls.length).toBeLessThan(30);
  });

  test("registering a new share at a restarted relay does not hide that the others are missing", async () => {
    const [first] = await at.online();
    at.relay.forget();
    const { shareId } = await at.daemon.register(await createShare());
    at.relay.stream.end();
    await until(() => at.relay.streams.length === 2);
    expect(new Set(at.relay.registered.slice(2))).toEqual(new Set([first, shareId]));
  });
});

describe("losing the relay", () => {
  test("the stream is reopened with the last id, and no share is registered again after a short outage", async () => {
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

  test("a normal end is not an outage", async () => {
    await at.online();
    at.relay.stream.write(sessionEventText(createRandomId()));
    await turn(1);
    at.relay.stream.end();
    await until(() => at.relay.streams.length === 2);
    expect(at.states).toEqual([{ online: true }]);
  });

  test("for more than a minute: the shares are registered again, since the relay may have dropped them", async () => {
    const ids = await at.online(2);
    at.relay.away = () => json({}, 502);
    at.relay.stream.fail();
    for (let turns = 0; turns < 12; turns += 1) await turn(15_000);
    at.relay.away = undefined;
    await until(() => at.daemon.state.online);
    expect(at.relay.registered).toEqual([...ids, ...ids]);
  });

  test("for minutes does not end a session's messages: they wait, and continue", async () => {
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

describe("a change of network", () => {
  test("R-6: reopens the stream at once, with the last id and without registering shares again; later data of the old one is ignored", async () => {
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

  test("may leave a dead connection in use: the next attempt follows after 3 s, not 10", async () => {
    await at.online();
    at.relay.away = hang;
    at.daemon.networkChanged();
    await turn(3000);
    at.relay.away = undefined;
    await turn(1500);
    expect(at.daemon.state.online).toBe(true);
    expect(at.relay.registered).toHaveLength(1);
  });

  test("ends the wait for the next attempt, and resets the backoff", async () => {
    await at.online();
    at.relay.away = networkFailure;
    at.relay.stream.fail();
    for (let turns = 0; turns < 5; turns += 1) await turn(1000);
    at.relay.away = undefined;
    at.daemon.networkChanged();
    await turn(0);
    expect(at.daemon.state.online).toBe(true);
  });

  test("also ends the wait for the next registration", async () => {
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

describe("L-17: event streams that are held back", () => {
  const queries = (): string[] => at.relay.calls.map(({ url }) => new URL(url).search);

  test("are polled: the daemon stays online, and gets its sessions", async () => {
    at.relay.features = ["other", "long-poll"];
    at.relay.holds = true;
    await at.online();
    await turn(3000);
    at.relay.stream.end();
    await turn(0);
    expect(queries().slice(-3)).toEqual(["", "?poll=0", "?poll=25"]);
    const { items } = at.sessions();
    at.relay.stream.write(sessionEventText(createRandomId()));
    at.relay.stream.end();
    await until(() => items.length === 1);
    expect(queries().at(-1)).toBe("?poll=25");
    expect(at.states).toEqual([{ online: true }]);
    expect(at.relay.registered).toHaveLength(1);
  });

  test.each([undefined, ["other"]])("are not polled at a relay that announces %j", async (features) => {
    at.relay.features = features;
    at.relay.holds = true;
    await at.online();
    await turn(30_000);
    expect(new Set(queries())).toEqual(new Set([""]));
  });
});
