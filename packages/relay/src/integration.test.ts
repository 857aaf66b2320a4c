import { verifyAnswer } from "@rangecast/signal";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createMemoryStore } from "./store/memory-store.ts";
import { createRelay, type Relay } from "./relay.ts";
import type { RelayStore } from "./store/store.ts";
import { handlerFetch } from "./testing/handler-fetch.ts";
import { Listener, type PeerSession, SDP, TestDaemon, view } from "./testing/peers.ts";

/* The relay with its real clients, in real time, without sockets. */

/** Time limit for what the clients do by themselves, milliseconds: two waits of a second or two. */
const PATIENCE = { timeout: 15_000, interval: 20 };
const TEST_MS = 40_000;
const MESSAGES = 45;
const BETWEEN_MS = 50;

let relay: Relay | undefined;
let daemon: TestDaemon;
let stopping: AbortController;
const fetch = handlerFetch(() => relay);
beforeEach(async () => {
  relay = createRelay({ limits: { streamMs: 1000 } });
  stopping = new AbortController();
  daemon = await TestDaemon.start(fetch);
});
afterEach(async () => {
  stopping.abort();
  daemon.stop();
  await relay?.close();
});

function listen(session: PeerSession): Listener {
  return new Listener(session, stopping.signal);
}

/** Both sides post the same number of messages, over some seconds. @returns each side's messages */
async function talk(viewer: PeerSession, agent: PeerSession, meanwhile: (said: number) => Promise<void> = async () => undefined) {
  const said = { viewer: [] as string[], agent: [] as string[] };
  for (let count = 0; count < MESSAGES; count += 1) {
    said.viewer.push(`viewer ${count}`);
    said.agent.push(`agent ${count}`);
    await Promise.all([
      viewer.signals.post({ type: "candidate", payload: `viewer ${count}` }),
      agent.signals.post({ type: "candidate", payload: `agent ${count}` }),
      meanwhile(count),
    ]);
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS));
  }
  return said;
}

describe("a viewer and a daemon", () => {
  test(
    "exchange offer, answer, candidates and bye, each once and in order, over event streams that are cut every second",
    async () => {
      const viewing = await view(daemon.link, fetch);
      const serving = await daemon.accept();
      const [viewer, agent] = [listen(viewing), listen(serving)];
      const said = await talk(viewing, serving);
      await viewing.signals.post({ type: "bye", payload: "" });
      await vi.waitFor(() => expect(agent.heard).toEqual(["offer", ...said.viewer, "bye"]), PATIENCE);
      await vi.waitFor(() => expect(viewer.heard).toEqual(["answer", ...said.agent]), PATIENCE);
      expect([...viewing.dropped, ...serving.dropped]).toEqual([]);
    },
    TEST_MS,
  );

  test(
    "L-17: exchange them each once and in order, although a proxy holds event streams back",
    async () => {
      await relay?.close();
      relay = createRelay();
      const held: typeof fetch = async (input, init) => {
        const response = await fetch(input, init);
        const isStream = response.headers.get("content-type") === "text/event-stream";
        return isStream ? new Response(await response.text(), response) : response;
      };
      const hosting = await TestDaemon.start(held);
      const viewing = await view(hosting.link, held);
      const viewer = listen(viewing);
      const serving = await hosting.accept();
      const agent = listen(serving);
      const said = await talk(viewing, serving);
      await viewing.signals.post({ type: "bye", payload: "" });
      await vi.waitFor(() => expect(agent.heard).toEqual(["offer", ...said.viewer, "bye"]), PATIENCE);
      await vi.waitFor(() => expect(viewer.heard).toEqual(["answer", ...said.agent]), PATIENCE);
      expect([...viewing.dropped, ...serving.dropped]).toEqual([]);
      hosting.stop();
    },
    TEST_MS,
  );

  test(
    "a viewer that reads late gets all messages",
    async () => {
      const viewing = await view(daemon.link, fetch);
      const serving = await daemon.accept();
      const said = await talk(viewing, serving);
      const viewer = listen(viewing);
      await vi.waitFor(() => expect(viewer.heard).toEqual(["answer", ...said.agent]), PATIENCE);
    },
    TEST_MS,
  );

  test("the answer that arrives is the daemon's own", async () => {
    const viewing = await view(daemon.link, fetch);
    await daemon.accept();
    for await (const { type, payload } of viewing.signals.messages({ signal: stopping.signal })) {
      expect(type).toBe("answer");
      const { sessionId, offerText } = viewing;
      expect(await verifyAnswer({ shareId: daemon.link.shareId, sessionId, offerText, payload })).toEqual({ type: "answer", sdp: SDP });
      break;
    }
  });

  test("a viewer of a revoked share ends with not-found", async () => {
    const viewing = await view(daemon.link, fetch);
    await daemon.accept();
    const viewer = listen(viewing);
    await vi.waitFor(() => expect(viewer.heard).toEqual(["answer"]), PATIENCE);
    await daemon.signals.revoke(daemon.link.shareId);
    await vi.waitFor(() => expect(viewer.ended).toMatchObject({ name: "SignalError", reason: "not-found" }), PATIENCE);
    await expect(view(daemon.link, fetch)).rejects.toMatchObject({ reason: "not-found" });
  });

  test("L-2: a link with another secret looks like an unknown share", async () => {
    const wrong = { ...daemon.link, secret: new Uint8Array(32) };
    await expect(view(wrong, fetch)).rejects.toMatchObject({ name: "SignalError", reason: "not-found", status: 404 });
  });

  test("a restarted daemon ends the unanswered sessions of its former run, and the viewer is notified at once", async () => {
    const viewer = listen(await view(daemon.link, fetch));
    await daemon.nextSession();
    daemon.stop();
    await vi.waitFor(() => expect(daemon.signals.state.online).toBe(false), PATIENCE);
    const next = await daemon.restart(fetch);
    await vi.waitFor(() => expect(viewer.ended).toMatchObject({ name: "SignalError", reason: "not-found" }), PATIENCE);
    next.stop();
  });

  test("of two runs with the share at the same time either may stop: the other gets the next viewer", async () => {
    await vi.waitFor(() => expect(daemon.signals.state.online).toBe(true), PATIENCE);
    const second = await daemon.restart(fetch);
    await vi.waitFor(() => expect(second.signals.state.online).toBe(true), PATIENCE);
    second.stop();
    await view(daemon.link, fetch);
    expect((await daemon.accept()).dropped).toEqual([]);
    const third = await daemon.restart(fetch);
    await vi.waitFor(() => expect(third.signals.state.online).toBe(true), PATIENCE);
    daemon.stop();
    await view(daemon.link, fetch);
    expect((await third.accept()).dropped).toEqual([]);
    third.stop();
  });

  test("a daemon that stopped is offline", async () => {
    await relay?.close();
    relay = createRelay({ limits: { daemonGraceMs: 0, heartbeatMs: 50 } });
    const leaving = await TestDaemon.start(fetch);
    await vi.waitFor(() => expect(leaving.signals.state.online).toBe(true), PATIENCE);
    leaving.stop();
    await vi.waitFor(() => expect(view(leaving.link, fetch)).rejects.toMatchObject({ reason: "offline" }), PATIENCE);
  });
});

describe("a relay that is restarted", () => {
  test(
    "without what it knew: the daemon registers again by itself, and viewers find it",
    async () => {
      const viewing = await view(daemon.link, fetch);
      await daemon.accept();
      const viewer = listen(viewing);
      await vi.waitFor(() => expect(viewer.heard).toEqual(["answer"]), PATIENCE);

      const before = relay;
      relay = undefined;
      await before?.close();
      await vi.waitFor(() => expect(daemon.signals.state.online).toBe(false), PATIENCE);
      relay = createRelay({ limits: { streamMs: 1000 } });

      await vi.waitFor(() => expect(viewer.ended).toMatchObject({ reason: "unauthorized" }), PATIENCE);
      const again = await vi.waitFor(() => view(daemon.link, fetch), PATIENCE);
      const serving = await daemon.accept();
      expect(serving.sessionId).toBe(again.sessionId);
      const [newViewer, agent] = [listen(again), listen(serving)];
      const said = await talk(again, serving);
      await vi.waitFor(() => expect(newViewer.heard).toEqual(["answer", ...said.agent]), PATIENCE);
      await vi.waitFor(() => expect(agent.heard).toEqual(["offer", ...said.viewer]), PATIENCE);
    },
    TEST_MS,
  );

  test(
    "with its store: sessions continue, and nothing is lost",
    async () => {
      daemon.stop();
      await relay?.close();
      const store: RelayStore = createMemoryStore();
      const start = (): Relay => createRelay({ store, limits: { streamMs: 1000 } });
      relay = start();
      daemon = await TestDaemon.start(fetch);
      const viewing = await view(daemon.link, fetch);
      const serving = await daemon.accept();
      const [viewer, agent] = [listen(viewing), listen(serving)];
      const said = await talk(viewing, serving, async (count) => {
        if (count % 20 === 10) {
          const before = relay;
          relay = undefined;
          await before?.close();
          setTimeout(() => {
            relay = start();
          }, 300);
        }
      });
      await vi.waitFor(() => expect(viewer.heard).toEqual(["answer", ...said.agent]), PATIENCE);
      await vi.waitFor(() => expect(agent.heard).toEqual(["offer", ...said.viewer]), PATIENCE);
      await store.close();
    },
    TEST_MS,
  );
});
