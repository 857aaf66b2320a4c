import { createRelay } from "@rangecast/relay";
import { createSignalClient, formatAnswer, parseOffer, type SignalMessage } from "@rangecast/signal";
import { expect, onTestFinished, test } from "vitest";
import { connectPlain } from "./connect-plain.ts";
import { FakePeer } from "@rangecast/testkit/fakes/fake-peer";
import { fakeSdp } from "@rangecast/testkit/fakes/fake-sdp";
import { readServed } from "../testing/file-bench.ts";
import { isPattern } from "@rangecast/testkit/files/pattern";
import { ScriptedAgent } from "../testing/scripted-agent.ts";

const KEY = "an-api-key-of-the-relay";
const BASE = "http://relay.test/";

interface PlainBench {
  readonly fetch: typeof fetch;
  readonly heard: SignalMessage[];
}

/** A relay with plain mode, and an agent of the base protocol that posts this answer. */
function createPlainBench(sessionId: string, answerPayload: string): PlainBench {
  const relay = createRelay({ apiKeys: [KEY] });
  let closed = false;
  // A session that ended with its test may still post its bye: it must not retry that, which takes seconds.
  const gone = (): Response => Response.json({ error: "not-found" }, { status: 404 });
  const fetch: typeof globalThis.fetch = async (input, init) => (closed ? gone() : relay.fetch(new Request(input, init)));
  const signals = createSignalClient({ base: BASE, sessionId, key: KEY, side: "agent", fetch });
  const stop = new AbortController();
  const heard: SignalMessage[] = [];
  const serving = (async () => {
    for await (const message of signals.messages({ signal: stop.signal })) {
      heard.push(message);
      if (message.type === "offer") await signals.post({ type: "answer", payload: answerPayload }, { signal: stop.signal });
    }
  })();
  onTestFinished(async () => {
    stop.abort();
    await serving;
    closed = true;
    await relay.close();
  });
  return { fetch, heard };
}

test("a session of the base protocol opens: its offer is a plain one without a viewer, its bye is empty or a reason", async () => {
  const { fetch, heard } = createPlainBench("one", formatAnswer({ sdp: fakeSdp("answer") }));
  const peer = new FakePeer();
  const agent = new ScriptedAgent(peer.channel, { size: 40_000 });
  peer.onAnswer = () => agent.hello();
  const states: string[] = [];
  const iceServers = [{ urls: "stun:stun.test" }];
  let config: unknown;
  const file = await connectPlain({
    base: BASE,
    sessionId: "one",
    key: KEY,
    fetch,
    iceServers,
    createPeerConnection: (given) => {
      config = given;
      return peer;
    },
    onState: ({ phase }) => states.push(phase),
  });
  expect(states).toEqual(["offering", "connecting", "open"]);
  expect(config).toEqual({ iceServers });
  expect(isPattern(await readServed(file.stream(), agent), 0, 40_000)).toBe(true);
  expect(JSON.parse(heard[0]?.payload ?? "")).toEqual({ type: "offer", sdp: peer.offerSdp });
  expect(parseOffer(heard[0]?.payload ?? "").sdp).toBe(peer.offerSdp);
  await file.close();
  await expect.poll(() => heard.at(-1)).toMatchObject({ type: "bye", from: "browser" });
});

test("an answer that can't be decoded is a protocol-error", async () => {
  const { fetch } = createPlainBench("two", "no JSON");
  const connecting = connectPlain({ base: BASE, sessionId: "two", key: KEY, fetch, createPeerConnection: () => new FakePeer() });
  await expect(connecting).rejects.toMatchObject({ name: "ClientError", reason: "protocol-error" });
});

test("a key that the relay doesn't know is not-found", async () => {
  const { fetch } = createPlainBench("three", "");
  const connecting = connectPlain({ base: BASE, sessionId: "three", key: "wrong", fetch, createPeerConnection: () => new FakePeer() });
  await expect(connecting).rejects.toMatchObject({ reason: "not-found" });
});
