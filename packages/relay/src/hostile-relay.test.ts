import {
  createIdentity,
  createRandomId,
  createShareNonce,
  deriveSessionKeys,
  sealAnswer,
  sealPayload,
  type SignalType,
  verifyAnswer,
} from "@rangecast/signal";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { keys } from "./store/keys.ts";
import { createMemoryStore } from "./store/memory-store.ts";
import { createRelay, type Relay } from "./relay.ts";
import type { SessionRecord } from "./sessions/session-state.ts";
import type { NewEvent, RelayStore } from "./store/store.ts";
import { handlerFetch } from "./testing/handler-fetch.ts";
import { Listener, type PeerSession, SDP, TestDaemon, type ViewerSession, view } from "./testing/peers.ts";

/*
 * A malicious relay (L-4, L-5, L-9): it has the logs, so it can change, repeat, reorder, swap and invent messages. None of these opens, and genuine messages
 * still arrive.
 */
const CAPS = { maxEvents: 10_000, maxBytes: 10_000_000, ttlMs: 600_000 };
const PATIENCE = { timeout: 10_000, interval: 20 };

interface Session {
  readonly viewing: ViewerSession;
  readonly serving: PeerSession;
  readonly viewer: Listener;
  readonly agent: Listener;
}

let store: RelayStore;
let relay: Relay;
let daemon: TestDaemon;
let stopping: AbortController;
/** Changes the relay's stored messages. */
let tamper: (event: NewEvent) => NewEvent;
const fetch = handlerFetch(() => relay);

beforeEach(async () => {
  tamper = (event) => event;
  const honest = createMemoryStore();
  store = new Proxy(honest, {
    get: (target, name) => {
      if (name === "append") {
        return (key: string, event: NewEvent, terms: typeof CAPS) => honest.append(key, tamper(event), terms);
      }
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  relay = createRelay({ store });
  stopping = new AbortController();
  daemon = await TestDaemon.start(fetch);
});
afterEach(async () => {
  stopping.abort();
  daemon.stop();
  await relay.close();
  await store.close();
});

async function start(): Promise<Session> {
  const viewing = await view(daemon.link, fetch);
  const serving = await daemon.accept();
  const [viewer, agent] = [new Listener(viewing, stopping.signal), new Listener(serving, stopping.signal)];
  await vi.waitFor(() => expect([viewer.heard, agent.heard]).toEqual([["answer"], ["offer"]]), PATIENCE);
  return { viewing, serving, viewer, agent };
}

/** The relay sends a message to the viewer in the agent's name. */
async function tellViewer(sessionId: string, type: string, payload: string, from = "agent"): Promise<void> {
  await store.append(
    keys.sessionLog(sessionId),
    { event: "signal", data: JSON.stringify({ from, type, payload, ts: 1 }), tag: from },
    CAPS,
  );
}

/** The relay sends a message to the daemon in the browser's name. */
async function tellDaemon(sessionId: string, type: string, payload: string, from = "browser"): Promise<void> {
  const { daemonId, shareId } = JSON.parse((await store.get(keys.session(sessionId))) ?? "{}") as SessionRecord;
  const data = JSON.stringify({ shareId, sessionId, from, type, payload, ts: 1 });
  await store.append(keys.daemonLog(daemonId), { event: "signal", data, tag: sessionId }, CAPS);
}

/** The sealed payloads that one side posted, as the relay has them. */
async function sealed(sessionId: string, from: string): Promise<{ type: string; payload: string }[]> {
  const events = await store.read(keys.sessionLog(sessionId), undefined, 100);
  return events.filter(({ tag }) => tag === from).map(({ data }) => JSON.parse(data) as { type: string; payload: string });
}

/** Both sides still receive each other's messages, and nothing else. */
async function expectHonestAfter(
  { viewing, serving, viewer, agent }: Session,
  heard: { viewer?: string[]; agent?: string[] } = {},
): Promise<void> {
  await serving.signals.post({ type: "candidate", payload: "to the viewer" });
  await viewing.signals.post({ type: "candidate", payload: "to the agent" });
  await vi.waitFor(() => expect(viewer.heard).toEqual(["answer", ...(heard.viewer ?? []), "to the viewer"]), PATIENCE);
  await vi.waitFor(() => expect(agent.heard).toEqual(["offer", ...(heard.agent ?? []), "to the agent"]), PATIENCE);
}

const reasonsOf = ({ dropped }: PeerSession): string[] => dropped.map(({ reason }) => reason);

describe("a relay that", () => {
  test("invents messages has no effect", async () => {
    const session = await start();
    const { sessionId } = session.viewing;
    for (const payload of ["", "{}", '{"type":"answer","sdp":"evil"}', "v1.7.AAAA", `v1.7.${"A".repeat(100)}`]) {
      await tellViewer(sessionId, "candidate", payload);
      await tellViewer(sessionId, "bye", payload);
      await tellDaemon(sessionId, "candidate", payload);
      await tellDaemon(sessionId, "bye", payload);
    }
    await expectHonestAfter(session);
    expect(session.viewing.dropped).toHaveLength(10);
    expect(session.serving.dropped).toHaveLength(10);
  });

  test("repeats messages has no effect", async () => {
    const session = await start();
    const { sessionId } = session.viewing;
    await session.serving.signals.post({ type: "candidate", payload: "one" });
    await session.viewing.signals.post({ type: "candidate", payload: "two" });
    for (const { type, payload } of await sealed(sessionId, "agent")) {
      await tellViewer(sessionId, type, payload);
    }
    for (const { type, payload } of await sealed(sessionId, "browser")) {
      await tellDaemon(sessionId, type, payload);
    }
    await expectHonestAfter(session, { viewer: ["one"], agent: ["two"] });
    expect(reasonsOf(session.viewing)).toEqual(["replayed", "replayed"]);
    expect(reasonsOf(session.serving)).toEqual(["replayed", "replayed"]);
  });

  test("changes a single character has no effect", async () => {
    const session = await start();
    tamper = (event) => ({
      ...event,
      data: event.data.replace(/(v1\.\d+\..)(.)/, (_all, before: string, char: string) => before + (char === "A" ? "B" : "A")),
    });
    await session.serving.signals.post({ type: "candidate", payload: "one" });
    await session.viewing.signals.post({ type: "candidate", payload: "two" });
    tamper = (event) => event;
    await expectHonestAfter(session);
    expect(reasonsOf(session.viewing)).toEqual(["does-not-open"]);
    expect(reasonsOf(session.serving)).toEqual(["does-not-open"]);
  });

  test("changes the type of a message has no effect", async () => {
    const session = await start();
    tamper = (event) => ({ ...event, data: event.data.replace('"type":"candidate"', '"type":"bye"') });
    await session.serving.signals.post({ type: "candidate", payload: "one" });
    await session.viewing.signals.post({ type: "candidate", payload: "two" });
    tamper = (event) => event;
    await expectHonestAfter(session);
    expect([...reasonsOf(session.viewing), ...reasonsOf(session.serving)]).toEqual(["does-not-open", "does-not-open"]);
  });

  test("changes the number of a message has no effect, and can't make the next ones look old", async () => {
    const session = await start();
    tamper = (event) => ({ ...event, data: event.data.replace(/v1\.\d+\./, "v1.999999.") });
    await session.serving.signals.post({ type: "candidate", payload: "one" });
    tamper = (event) => event;
    await expectHonestAfter(session);
    expect(reasonsOf(session.viewing)).toEqual(["does-not-open"]);
  });

  test("sends a side its own messages has no effect", async () => {
    const session = await start();
    const { sessionId } = session.viewing;
    await session.viewing.signals.post({ type: "candidate", payload: "mine" });
    for (const { type, payload } of await sealed(sessionId, "browser")) {
      await tellViewer(sessionId, type, payload);
    }
    await expectHonestAfter(session, { agent: ["mine"] });
    expect(reasonsOf(session.viewing)).toEqual(["does-not-open", "does-not-open"]);
  });

  test("swaps messages between sessions of one share has no effect in either", async () => {
    const [one, other] = [await start(), await start()];
    await one.serving.signals.post({ type: "candidate", payload: "for one" });
    await one.viewing.signals.post({ type: "candidate", payload: "from one" });
    for (const { type, payload } of await sealed(one.viewing.sessionId, "agent")) {
      await tellViewer(other.viewing.sessionId, type, payload);
    }
    for (const { type, payload } of await sealed(one.viewing.sessionId, "browser")) {
      await tellDaemon(other.viewing.sessionId, type, payload);
    }
    await expectHonestAfter(other);
    await expectHonestAfter(one, { viewer: ["for one"], agent: ["from one"] });
    expect(reasonsOf(other.viewing)).toEqual(["does-not-open", "does-not-open"]);
    expect(reasonsOf(other.serving)).toEqual(["does-not-open", "does-not-open"]);
  });

  test("opens a session with an offer that it saw elsewhere gets no answer", async () => {
    const session = await start();
    const [offer] = await sealed(session.viewing.sessionId, "browser");
    const { daemonId, shareId } = JSON.parse((await store.get(keys.session(session.viewing.sessionId))) ?? "{}") as SessionRecord;
    const sessionId = createRandomId();
    const data = JSON.stringify({ shareId, sessionId, token: "token", offer: offer?.payload });
    await store.append(keys.daemonLog(daemonId), { event: "session", data, tag: sessionId }, CAPS);
    const incoming = await daemon.nextSession();
    expect(incoming.sessionId).toBe(sessionId);
    await expect(daemon.accept(incoming)).rejects.toMatchObject({ name: "SealError", reason: "does-not-open" });
  });

  test("repeats a session event starts no session", async () => {
    const session = await start();
    const { daemonId } = JSON.parse((await store.get(keys.session(session.viewing.sessionId))) ?? "{}") as SessionRecord;
    const [opening] = await store.read(keys.daemonLog(daemonId), undefined, 1);
    await store.append(keys.daemonLog(daemonId), { event: "session", data: opening?.data ?? "", tag: "" }, CAPS);
    const next = await view(daemon.link, fetch);
    expect((await daemon.nextSession()).sessionId).toBe(next.sessionId);
  });

  test("has the link too, and poses as the daemon, is detected", async () => {
    const viewing = await view(daemon.link, fetch);
    const { sessionId, offerText } = viewing;
    const { shareId, secret } = daemon.link;
    const forger = { identity: await createIdentity(), shareNonce: createShareNonce() };
    const asAgent = await deriveSessionKeys({ secret, shareId, sessionId, epoch: daemon.epoch, side: "agent" });
    const forged = await sealAnswer({ ...forger, shareId, sessionId, offerText, answer: { type: "answer", sdp: SDP } });
    const type: SignalType = "answer";
    await tellViewer(sessionId, type, await sealPayload(asAgent, type, forged));
    for await (const { payload } of viewing.signals.messages({ signal: stopping.signal })) {
      await expect(verifyAnswer({ shareId, sessionId, offerText, payload })).rejects.toMatchObject({
        name: "BindingError",
        reason: "wrong-daemon",
      });
      break;
    }
  });
});
