import { serveRelay } from "@rangecast/relay";
import { createSignalClient, type SignalClient, type SignalMessage, type SignalSide } from "@rangecast/signal";
import { expect, onTestFinished, test } from "vitest";
import { type LinkedRelay, startLinkedRelay } from "./linked-relay.ts";

const KEY = "a-key";
const HOST = "candidate:1 1 udp 1 127.0.0.1 4000 typ host";
const fakeLink = {
  rewrite: (candidate: string) => Promise.resolve(candidate.replace("4000", "5000")),
  rewriteSdp: (sdp: string) => Promise.resolve(sdp.replaceAll("4000", "5000")),
  set: () => Promise.resolve(),
  outage: () => Promise.resolve(),
  counters: () => Promise.reject(new Error("nobody asks")),
  startQueueWatch: () => Promise.resolve(),
  readQueueWatch: () => Promise.reject(new Error("nobody asks")),
  close: () => Promise.resolve(),
};

async function startRelays(): Promise<LinkedRelay> {
  const relay = await serveRelay({ host: "127.0.0.1", port: 0, apiKeys: [KEY] });
  const linked = await startLinkedRelay(relay.url);
  onTestFinished(async () => {
    await linked.close();
    await relay.close();
  });
  return linked;
}

const clientOf = ({ url }: LinkedRelay, sessionId: string, side: SignalSide): SignalClient =>
  createSignalClient({ base: url, sessionId, key: KEY, side });

/** The first messages that the other side receives. */
async function hear(client: SignalClient, count: number): Promise<SignalMessage[]> {
  const stop = new AbortController();
  const heard: SignalMessage[] = [];
  for await (const message of client.messages({ signal: stop.signal })) {
    if (heard.push(message) === count) stop.abort();
  }
  return heard;
}

test("the two sides of a linked session get each other's messages with only the link's addresses; the ports are recorded", async () => {
  const relay = await startRelays();
  const session = relay.watch("one", fakeLink);
  const [browser, agent] = [clientOf(relay, "one", "browser"), clientOf(relay, "one", "agent")];
  await browser.post({ type: "offer", payload: JSON.stringify({ type: "offer", sdp: `v=0\r\na=${HOST.replace("4000", "3000")}\r\n` }) });
  await browser.post({ type: "candidate", payload: JSON.stringify({ candidate: HOST.replace("4000", "3001") }) });
  await browser.post({ type: "candidate-end", payload: "" });
  expect(session.answeredAtMs).toBeUndefined();
  const before = Date.now();
  await agent.post({ type: "answer", payload: JSON.stringify({ type: "answer", sdp: `v=0\r\na=${HOST}\r\n` }) });
  expect(session.answeredAtMs).toBeGreaterThanOrEqual(before);
  await agent.post({ type: "candidate", payload: JSON.stringify({ candidate: HOST }) });
  const toAgent = await hear(agent, 2);
  expect(toAgent.map(({ type }) => type)).toEqual(["offer", "candidate-end"]);
  expect(toAgent[0]?.payload).toBe(JSON.stringify({ type: "offer", sdp: "v=0\r\n" }));
  const toBrowser = await hear(browser, 2);
  expect(toBrowser.map(({ type }) => type)).toEqual(["answer", "candidate"]);
  for (const { payload } of toBrowser) expect(payload).toMatch(/ 5000 (?!.*4000)/u);
  expect(session.ports).toEqual(new Set([3000, 3001, 4000]));
  expect([...session.descriptions.keys()]).toEqual(["offer", "answer"]);
  expect(session.descriptions.get("answer")).toContain("4000");
});

test("a session without a link is only watched, and an unwatched one passes unchanged", async () => {
  const relay = await startRelays();
  const session = relay.watch("two");
  const message = { type: "candidate", payload: JSON.stringify({ candidate: HOST }) } as const;
  for (const id of ["two", "three"]) {
    await clientOf(relay, id, "browser").post(message);
    expect(await hear(clientOf(relay, id, "agent"), 1)).toEqual([expect.objectContaining(message)]);
  }
  expect(session.ports).toEqual(new Set([4000]));
});

test("a refusal by the relay is passed on", async () => {
  const relay = await startRelays();
  const stranger = createSignalClient({ base: relay.url, sessionId: "four", key: "wrong", side: "browser" });
  await expect(stranger.post({ type: "bye", payload: "" })).rejects.toMatchObject({ reason: "unauthorized" });
});
