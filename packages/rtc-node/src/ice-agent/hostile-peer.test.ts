import { afterEach, expect, test, vi } from "vitest";

import { createTestAgent, gathered, localOf, start, startPair, type TestAgent, whenConnected } from "../testing/ice-pair.ts";
import { checkFor, type CheckOptions, RawPeer } from "../testing/raw-peer.ts";
import { RFC5769_REQUEST, RFC5769_RESPONSE } from "../testing/stun-vectors.ts";

const [ANSWER, REFUSAL, CHECK] = [0x01_01, 0x01_11, 0x00_01];
const ends: (() => void)[] = [];
afterEach(() => ends.splice(0).forEach((end) => end()));

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 30));

async function rawPeer(): Promise<RawPeer> {
  const peer = await RawPeer.open();
  ends.push(() => peer.socket.close());
  return peer;
}

/** An agent whose peer is a socket, started. */
async function facing(peer: RawPeer, role: "controlling" | "controlled" = "controlled"): Promise<{ of: TestAgent; at: string }> {
  const of = createTestAgent();
  ends.push(() => of.agent.close());
  const [at = ""] = await gathered(of);
  start(of, peer.local, role);
  return { of, at };
}

test.each<[string, CheckOptions]>([
  ["signed with another password", { password: "another+password+of+22+chars", nominate: true }],
  ["without a signature", { password: undefined, nominate: true }],
  ["without FINGERPRINT", { fingerprint: false, nominate: true }],
  ["for another user", { ufrag: "other", nominate: true }],
  ["without PRIORITY", { priority: -1, nominate: true }],
])("a check %s gets no answer, and no check", async (_name, options) => {
  const peer = await rawPeer();
  const { of, at } = await facing(peer);
  peer.send(checkFor(localOf(of), options), at);
  await settle();
  expect(peer.received).toEqual([]);
  expect(of.agent.state).toBe("checking");
});

test("an authenticated check is answered and checked back, and selects the path only once that was answered", async () => {
  const peer = await rawPeer();
  peer.answers = false;
  const { of, at } = await facing(peer);
  peer.send(checkFor(localOf(of), { nominate: true }), at);
  await expect.poll(() => peer.ofType(CHECK).length).toBeGreaterThan(0);
  expect(peer.ofType(ANSWER)).toHaveLength(1);
  expect(of.agent.state).toBe("checking");
  peer.answers = true;
  await whenConnected(of);
});

test("an answer that is not signed, or with another password, or comes from elsewhere, selects nothing", async () => {
  const [peer, other] = [await rawPeer(), await rawPeer()];
  const { of, at } = await facing(peer, "controlling");
  peer.answers = false;
  of.agent.addRemoteCandidate(peer.candidate);
  await expect.poll(() => peer.ofType(CHECK).length).toBeGreaterThan(0);
  const check = peer.ofType(CHECK)[0] ?? Buffer.alloc(0);
  peer.answer(check, at, undefined);
  peer.answer(check, at, "another+password+of+22+chars");
  other.answer(check, at, peer.local.pwd);
  await settle();
  expect(of.agent.state).toBe("checking");
  peer.answer(check, at, peer.local.pwd);
  await whenConnected(of);
});

test("packets of strangers are dropped; those of a peer that is about to be valid are kept for it", async () => {
  const [peer, stranger] = [await rawPeer(), await rawPeer()];
  const { of, at } = await facing(peer);
  stranger.send(Buffer.from("from a stranger"), at);
  peer.answers = false;
  peer.send(Buffer.from("too early"), at);
  peer.send(checkFor(localOf(of), { nominate: true }), at);
  await expect.poll(() => peer.ofType(CHECK).length).toBeGreaterThan(0);
  peer.send(Buffer.from("early"), at);
  await settle();
  expect(of.packets).toEqual([]);
  peer.answers = true;
  await of.until(() => of.packets.length > 0);
  stranger.send(Buffer.from("from a stranger"), at);
  peer.send(Buffer.from("late"), at);
  await of.until(() => of.packets.length > 1);
  expect(of.packets).toEqual(["early", "late"]);
});

test("nothing without a signature moves the path", async () => {
  const [peer, stranger] = [await rawPeer(), await rawPeer()];
  const { of, at } = await facing(peer);
  peer.send(checkFor(localOf(of), { nominate: true }), at);
  await whenConnected(of);
  const before = of.agent.selectedPair?.remote;
  for (const options of [{ password: undefined }, { password: "another+password+of+22+chars" }, { ufrag: "other" }]) {
    stranger.send(checkFor(localOf(of), { ...options, nominate: true, priority: 2 ** 31 - 1 }), at);
  }
  stranger.send(Buffer.from("\u0017DTLS or so"), at);
  await settle();
  expect(stranger.received).toEqual([]);
  expect(of.agent.selectedPair?.remote).toEqual(before);
  expect(of.pairs).toHaveLength(1);
});

test("the peer moves the path by a nomination of a better one", async () => {
  const [peer, better] = [await rawPeer(), await rawPeer()];
  const { of, at } = await facing(peer);
  peer.send(checkFor(localOf(of), { nominate: true, priority: 1 }), at);
  await whenConnected(of);
  better.send(checkFor(localOf(of), { priority: 1000 }), at);
  await expect.poll(() => better.ofType(CHECK).length).toBeGreaterThan(0);
  await settle();
  expect(of.pairs).toHaveLength(1);
  better.send(checkFor(localOf(of), { nominate: true, priority: 1000 }), at);
  await of.until(() => of.pairs.length > 1);
  expect(of.agent.selectedPair?.remote.port).toBe(better.socket.address().port);
});

test("a peer with the same role is refused if its tie-breaker is lower, and obeyed if it is higher", async () => {
  const peer = await rawPeer();
  const { of, at } = await facing(peer, "controlling");
  peer.answers = false;
  peer.send(checkFor(localOf(of), { role: "ICE-CONTROLLING", tieBreaker: 0n }), at);
  await expect.poll(() => peer.ofType(REFUSAL).length).toBe(1);
  peer.send(checkFor(localOf(of), { role: "ICE-CONTROLLING", tieBreaker: 2n ** 64n - 1n, nominate: true }), at);
  await expect.poll(() => peer.ofType(ANSWER).length).toBe(1);
  peer.answers = true;
  await whenConnected(of);
});

test("a flood of checks is answered at most 200 times at once", async () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  ends.push(() => vi.useRealTimers());
  const peer = await rawPeer();
  const { of, at } = await facing(peer);
  const check = checkFor(localOf(of));
  for (let round = 0; round < 10; round++) {
    for (let count = 0; count < 50; count++) peer.send(check, at);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await settle();
  expect(peer.ofType(ANSWER).length).toBeGreaterThanOrEqual(100);
  expect(peer.ofType(ANSWER).length).toBeLessThanOrEqual(200);
});

test("a peer that checks from hundreds of addresses is remembered with 64 of them", async () => {
  const peer = await rawPeer();
  peer.answers = false;
  const { of, at } = await facing(peer);
  const check = checkFor(localOf(of));
  const sources = await Promise.all(Array.from({ length: 100 }, rawPeer));
  for (const source of sources) source.answers = false;
  for (const source of sources) source.send(check, at);
  const answered = (): number => sources.filter(({ received }) => received.length > 0).length;
  await expect.poll(answered, { timeout: 5_000 }).toBeGreaterThanOrEqual(64);
  await settle();
  await settle();
  expect(answered()).toBe(64);
});

test("of two agents on a port, one's peer can't take the other's packets with a forged check", async () => {
  const reserve = createTestAgent();
  const [line = ""] = await gathered(reserve);
  reserve.agent.close();
  const [peer, udpPort] = [await rawPeer(), Number(line.split(" ")[5])];
  const [first, second] = [createTestAgent({ udpPort }), createTestAgent({ udpPort })];
  for (const of of [first, second]) {
    ends.push(() => of.agent.close());
    await gathered(of);
    start(of, peer.local, "controlled");
  }
  peer.send(checkFor(localOf(first), { nominate: true }), line);
  await whenConnected(first);
  // As if the second one's peer had forged the source of its check. Nobody there answers its checks.
  peer.answers = false;
  peer.send(checkFor(localOf(second), { nominate: true }), line);
  await settle();
  peer.send(Buffer.from("for the first"), line);
  await first.until(() => first.packets.length > 0);
  expect(second.packets).toEqual([]);
});

test("garbage and mutated messages end nothing", async () => {
  const [a, b] = startPair();
  ends.push(() => [a, b].forEach(({ agent }) => agent.close()));
  await whenConnected(a, b);
  const stranger = await rawPeer();
  const at = b.candidates[0] ?? "";
  for (const vector of [RFC5769_REQUEST, RFC5769_RESPONSE, checkFor(localOf(b))]) {
    for (let length = 0; length < vector.length; length += 3) stranger.send(vector.subarray(0, length), at);
    for (let index = 0; index < vector.length; index += 3) {
      const mutated = Buffer.from(vector);
      mutated[index]! ^= 0xff;
      stranger.send(mutated, at);
    }
  }
  await settle();
  a.agent.send(Buffer.from("still there"));
  await b.until(() => b.packets.includes("still there"));
  expect(stranger.received).toEqual([]);
});

test("RFC 7675: a peer that stops answering is taken for interrupted, and ends within 30 s", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance"] });
  ends.push(() => vi.useRealTimers());
  const peer = await rawPeer();
  const { of, at } = await facing(peer);
  peer.send(checkFor(localOf(of), { nominate: true }), at);
  await whenConnected(of);
  const pass = async (seconds: number): Promise<void> => {
    for (let second = 0; second < seconds; second++) {
      await vi.advanceTimersByTimeAsync(1000);
      for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
  };
  await pass(60);
  expect(of.states).toEqual(["checking", "connected"]);
  peer.answers = false;
  const packets = peer.received.length;
  await pass(30);
  expect(of.states).toEqual(["checking", "connected", "disconnected", "failed"]);
  expect(peer.received.length).toBeGreaterThan(packets);
  expect(of.agent.selectedPair).toBeUndefined();
  const last = peer.received.length;
  of.agent.send(Buffer.from("without consent"));
  await pass(10);
  expect(peer.received).toHaveLength(last);
});

test("a peer that is never found fails after 39.5 s, and a restart begins again", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance"] });
  ends.push(() => vi.useRealTimers());
  const of = createTestAgent();
  ends.push(() => of.agent.close());
  of.agent.setRemote({ ufrag: "peer", pwd: "a+password+of+22+chars+or+more" });
  of.agent.start("controlled");
  await vi.advanceTimersByTimeAsync(39_499);
  expect(of.states).toEqual(["checking"]);
  await vi.advanceTimersByTimeAsync(1);
  expect(of.states).toEqual(["checking", "failed"]);
  of.agent.restart();
  expect(of.agent.state).toBe("new");
});

test("a restart that finds no path leaves the path before in use, and another one may follow", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance"] });
  ends.push(() => vi.useRealTimers());
  const peer = await rawPeer();
  const { of, at } = await facing(peer);
  peer.send(checkFor(localOf(of), { nominate: true }), at);
  await whenConnected(of);
  const before = localOf(of);
  of.agent.restart();
  of.agent.gather();
  of.agent.setRemote({ ufrag: "nobody", pwd: "a+password+of+22+chars+or+more" });
  of.agent.start("controlled");
  for (let second = 0; second < 40; second++) {
    await vi.advanceTimersByTimeAsync(1000);
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(of.states).toEqual(["checking", "connected", "checking", "connected"]);
  expect(localOf(of)).toEqual(before);
  const received = peer.received.length;
  of.agent.send(Buffer.from("still here"));
  for (let turn = 0; turn < 20 && peer.received.length === received; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(peer.received.at(-1)?.toString()).toBe("still here");
  of.agent.restart();
  expect(localOf(of)).not.toEqual(before);
});
