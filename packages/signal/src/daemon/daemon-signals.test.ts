import { describe, expect, test, vi } from "vitest";
import { createShare, setUpDaemon } from "../../test/daemon-harness.ts";
import { collect, json, networkFailure } from "../../test/fake-fetch.ts";
import { daemonSignalText, RELAY, sessionEventText } from "../../test/fake-relay.ts";
import { turn, until } from "../../test/until.ts";
import { createRandomId } from "../encoding/random.ts";

const at = setUpDaemon();

describe("registering", () => {
  test("L-1: sends nothing before the first share; then the share is registered, and the stream is open", async () => {
    expect(at.relay.calls).toHaveLength(0);
    const wanted = await createShare();
    expect(await at.daemon.register(wanted)).toEqual({ shareId: await at.idOf(wanted), iceServers: [{ urls: "stun:stun.example" }] });
    await until(() => at.daemon.state.online);
    expect(at.states).toEqual([{ online: true }]);
    const [post, read] = at.relay.calls;
    expect(post?.body).toMatchObject({ epoch: at.epoch, origin: RELAY, joinHash: wanted.joinHash });
    expect(post?.headers.has("authorization")).toBe(false);
    expect(read?.url).toBe(`${RELAY}/api/v1/daemon/events`);
    expect(Object.fromEntries(read?.headers ?? [])).toMatchObject({ accept: "text/event-stream", "cache-control": "no-cache" });
  });

  test("all shares go over one stream", async () => {
    const ids = await at.online(3);
    expect(at.relay.registered).toEqual(ids);
    expect(at.relay.streams).toHaveLength(1);
  });

  test("a relay that is away is retried until it is back, and the state is reported", async () => {
    at.relay.away = networkFailure;
    const registering = at.daemon.register(await createShare(), { signal: at.signal });
    await until(() => at.relay.calls.length === 3);
    expect(at.states).toMatchObject([{ online: false, error: { reason: "unreachable" } }]);
    at.relay.away = undefined;
    await until(() => at.daemon.state.online);
    await registering;
  });

  test("without a signal it is retried for two minutes", async () => {
    at.relay.away = networkFailure;
    const registering = at.daemon.register(await createShare()).catch((error: unknown) => error);
    for (let turns = 0; turns < 20; turns += 1) await turn(15_000);
    expect(await registering).toMatchObject({ reason: "unreachable" });
  });

  test("an abort ends the retries", async () => {
    at.relay.away = networkFailure;
    const controller = new AbortController();
    const registering = at.daemon.register(await createShare(), { signal: controller.signal }).catch((error: unknown) => error);
    await until(() => at.relay.calls.length === 2);
    controller.abort(new Error("enough"));
    expect(await registering).toMatchObject({ message: "enough" });
    at.relay.away = undefined;
    await turn(60_000);
    expect(at.relay.registered).toEqual([]);
  });

  test("a refusal rejects at once, with the relay's code, and is not retried", async () => {
    at.relay.refuse = () => json({ error: "wrong-time", message: "…" }, 400);
    await expect(at.daemon.register(await createShare())).rejects.toMatchObject({ reason: "refused", detail: "wrong-time" });
    await turn(120_000);
    expect(at.relay.calls).toHaveLength(1);
  });

  test("a response for another share is refused", async () => {
    at.relay.refuse = () => json({ shareId: createRandomId(), token: "t", iceServers: [] });
    const registering = at.daemon.register(await createShare()).catch((error: unknown) => error);
    for (let turns = 0; turns < 20; turns += 1) await turn(15_000);
    expect(await registering).toMatchObject({ reason: "bad-answer" });
  });

  test("ICE servers that RTCPeerConnection would refuse make the response invalid", async () => {
    const wanted = await createShare();
    const shareId = await at.idOf(wanted);
    at.relay.refuse = () => json({ shareId, token: "t", iceServers: [{ urls: "https://x.example" }] });
    const registering = at.daemon.register(wanted).catch((error: unknown) => error);
    for (let turns = 0; turns < 20; turns += 1) await turn(15_000);
    expect(await registering).toMatchObject({ reason: "bad-answer" });
  });
});

describe("revoking", () => {
  test("uses the daemon's token, and the share is not registered again", async () => {
    const [first, second] = await at.online(2);
    await at.daemon.revoke(first ?? "");
    expect(at.relay.revoked).toEqual([first]);
    at.relay.forget();
    at.relay.stream.end();
    await until(() => at.relay.registered.length === 3);
    await until(() => at.relay.streams.length === 2);
    expect(at.relay.registered[2]).toBe(second);
  });

  test("a share that the relay no longer has is not an error", async () => {
    const [id] = await at.online();
    at.relay.forget();
    await at.daemon.revoke(id ?? "");
    expect(at.relay.revoked).toEqual([]);
  });

  test("in a long outage is not lost, although nothing is registered at that time", async () => {
    const [id = ""] = await at.online();
    at.relay.away = networkFailure;
    at.relay.stream.fail();
    for (let turns = 0; turns < 8; turns += 1) await turn(15_000);
    const revoking = at.daemon.revoke(id);
    await turn(1);
    at.relay.away = undefined;
    await until(() => at.relay.revoked.length === 1);
    await revoking;
    expect(at.relay.revoked).toEqual([id]);
  });

  test("a relay that is away is retried", async () => {
    const [id] = await at.online();
    at.relay.away = networkFailure;
    const revoking = at.daemon.revoke(id ?? "");
    await turn(1);
    at.relay.away = undefined;
    await until(() => at.relay.revoked.length === 1);
    await revoking;
  });
});

describe("sessions", () => {
  test("L-3: a session has its sealed offer, which is also its first message", async () => {
    await at.online();
    const session = await at.oneSession("AAAAAAAAAAAAAAAAAAAAAA");
    expect(session).toMatchObject({ sessionId: "AAAAAAAAAAAAAAAAAAAAAA", offerPayload: "sealed offer" });
    const { items } = collect(session.signals.messages({ signal: at.signal }));
    at.relay.stream.write(daemonSignalText(session.sessionId, "c1"));
    await until(() => items.length === 2);
    expect(items.map(({ type, payload }) => [type, payload])).toEqual([
      ["offer", "sealed offer"],
      ["candidate", "c1"],
    ]);
  });

  test("L-6: a session posts with the token of its own session event", async () => {
    await at.online();
    const session = await at.oneSession();
    await session.signals.post({ type: "answer", payload: "sealed answer" });
    const call = at.relay.calls.at(-1);
    expect(call?.url).toBe(`${RELAY}/api/internal/stream/signal/${session.sessionId}`);
    expect(call?.headers.get("authorization")).toBe(`Bearer token-of-${session.sessionId}`);
    expect(call?.body).toEqual({ from: "agent", type: "answer", payload: "sealed answer" });
  });

  test("each session gets its own messages, and none from the agent", async () => {
    await at.online();
    const ids = [createRandomId(), createRandomId()] as const;
    const { items } = at.sessions();
    at.relay.stream.write(ids.map((id) => sessionEventText(id)).join(""));
    await until(() => items.length === 2);
    const read = items.map(({ signals }) => collect(signals.messages({ signal: at.signal })).items);
    at.relay.stream.write(
      daemonSignalText(ids[1], "b1") + daemonSignalText(ids[0], "a1") + daemonSignalText(ids[0], "own", { from: "agent" }),
    );
    at.relay.stream.write(daemonSignalText(createRandomId(), "nobody's") + daemonSignalText(ids[1], "b2"));
    await until(() => read[1]?.length === 3);
    expect(read.map((messages) => messages.map(({ payload }) => payload).slice(1))).toEqual([["a1"], ["b1", "b2"]]);
  });

  test.each([
    ["with an invalid id", { sessionId: "../x" }],
    ["without a token", { token: "" }],
    ["with a token that no header takes", { token: "a\nb" }],
    ["without an offer", { offer: undefined }],
  ])("a session %s is skipped", async (_name, fields) => {
    await at.online();
    const { items } = at.sessions();
    at.relay.stream.write(sessionEventText(createRandomId(), fields));
    at.relay.stream.write("event: session\ndata: {oops\n\nevent: else\ndata: {}\n\n");
    at.relay.stream.write(sessionEventText("AAAAAAAAAAAAAAAAAAAAAA"));
    await until(() => items.length === 1);
    expect(items[0]?.sessionId).toBe("AAAAAAAAAAAAAAAAAAAAAA");
  });

  test("a repeated session event is ignored, also after the session has ended", async () => {
    await at.online();
    const id = createRandomId();
    const { items } = at.sessions();
    at.relay.stream.write(sessionEventText(id) + sessionEventText(id));
    await until(() => items.length === 1);
    items[0]?.close();
    at.relay.stream.write(sessionEventText(id) + sessionEventText(createRandomId()));
    await until(() => items.length === 2);
    expect(items[1]?.sessionId).not.toBe(id);
  });

  test("an abort ends the reading without an error; a later reader gets what arrived since", async () => {
    await at.online();
    const controller = new AbortController();
    const { done } = collect(at.daemon.sessions({ signal: controller.signal }));
    controller.abort();
    expect(await done).toBeUndefined();
    expect((await at.oneSession()).offerPayload).toBe("sealed offer");
  });
});

describe("close", () => {
  test("ends sessions(), every session's messages(), and the stream", async () => {
    await at.online();
    const { items, done } = at.sessions();
    at.relay.stream.write(sessionEventText(createRandomId()));
    await until(() => items.length === 1);
    const messages = collect(items[0]?.signals.messages({ signal: at.signal }) ?? expect.fail());
    at.daemon.close();
    expect(await Promise.all([done, messages.done])).toEqual([undefined, undefined]);
    await turn(60_000);
    expect(at.relay.stream.cancelled).toBe(true);
    expect(at.states).toEqual([{ online: true }, { online: false }]);
    expect(at.relay.calls).toHaveLength(2);
  });

  test("in the middle of an outage leaves no timer or request", async () => {
    await at.online();
    at.relay.away = networkFailure;
    at.relay.stream.fail();
    await until(() => !at.daemon.state.online);
    at.daemon.close();
    await turn(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("while a share is being registered again ends that too", async () => {
    await at.online();
    at.relay.forget();
    at.relay.stream.end();
    await until(() => !at.daemon.state.online);
    const { length } = at.relay.calls;
    at.daemon.close();
    await turn(60_000);
    expect(at.relay.calls).toHaveLength(length);
  });
});
