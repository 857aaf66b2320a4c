import { networkInterfaces } from "node:os";
import { afterEach, expect, test } from "vitest";

import {
  createTestAgent,
  gathered,
  localOf,
  passPackets,
  restartPair,
  start,
  startPair,
  type TestAgent,
  whenConnected,
} from "../testing/ice-pair.ts";
import type { IceAgentOptions } from "./ice-agent.ts";

const hasIPv6 = Object.values(networkInterfaces()).some((infos) => infos?.some(({ address }) => address === "::1"));
const open: TestAgent[] = [];
afterEach(() => open.splice(0).forEach(({ agent }) => agent.close()));

function agentOf(options?: Partial<IceAgentOptions>): TestAgent {
  const created = createTestAgent(options);
  open.push(created);
  return created;
}

async function connectedPair(...options: Partial<IceAgentOptions>[]): Promise<readonly [TestAgent, TestAgent]> {
  const pair = startPair(...options);
  open.push(...pair);
  await whenConnected(...pair);
  return pair;
}

test.each([["127.0.0.1"], ...(hasIPv6 ? [["::1"]] : [])])("two agents on %s connect, and pass packets both ways", async (bindAddress) => {
  const [a, b] = await connectedPair({ bindAddress });
  await passPackets(a, b, "first");
  expect([a.states, b.states]).toEqual([
    ["checking", "connected"],
    ["checking", "connected"],
  ]);
  expect(a.agent.selectedPair).toMatchObject({ local: { type: "host", address: bindAddress }, remote: { address: bindAddress } });
  expect(a.agent.selectedPair?.rttMs).toBeGreaterThan(0);
});

test("without a bind address, all of this machine's are used, and the agents connect", async () => {
  const [a, b] = startPair({ bindAddress: undefined } as never);
  open.push(a, b);
  await whenConnected(a, b);
  expect(a.candidates.filter((line) => line !== null && / 127\.| fe80:/u.test(line))).toEqual([]);
});

test("candidates may come before the start, after it, twice, and only from one side", async () => {
  const [a, b] = [agentOf(), agentOf()];
  const [line = ""] = await gathered(b);
  await gathered(a);
  start(b, localOf(a), "controlled");
  a.agent.addRemoteCandidate(line);
  a.agent.addRemoteCandidate(line);
  start(a, localOf(b), "controlling");
  a.agent.addRemoteCandidate(`a=${line}`);
  await whenConnected(a, b);
  // b was told nothing: it has found a by its check.
  expect(b.agent.selectedPair?.remote.type).toBe("prflx");
});

test("checks that arrive before the start are answered by it", async () => {
  const [a, b] = [agentOf(), agentOf()];
  const [line = ""] = await gathered(b);
  await gathered(a);
  a.agent.addRemoteCandidate(line);
  start(a, localOf(b), "controlling");
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(a.agent.state).toBe("checking");
  start(b, localOf(a), "controlled");
  await whenConnected(a, b);
});

test("mDNS names and TCP candidates are refused, and a browser behind them is found by its checks", async () => {
  const [a, b] = [agentOf(), agentOf()];
  const [line = ""] = await gathered(b);
  await gathered(a);
  start(b, localOf(a), "controlled");
  for (const useless of [
    "candidate:1 1 udp 2113937151 e3b0c442-98fc-4c14-9afb-f4c8996fb924.local 50000 typ host generation 0 ufrag abcd network-cost 999",
    "candidate:2 1 tcp 1518280447 192.0.2.1 9 typ host tcptype active",
  ]) {
    expect(() => b.agent.addRemoteCandidate(useless)).toThrow(expect.objectContaining({ reason: "useless-candidate" }));
  }
  a.agent.addRemoteCandidate(line);
  start(a, localOf(b), "controlling");
  await whenConnected(a, b);
});

test("of thousands of candidates 64 are kept, and the right one among them is found", async () => {
  const [a, b] = [agentOf(), agentOf()];
  const [line = ""] = await gathered(b);
  await gathered(a);
  a.agent.addRemoteCandidate(line);
  const refusals: unknown[] = [];
  for (let port = 1; port <= 2000; port++) {
    try {
      a.agent.addRemoteCandidate(`candidate:1 1 udp 2130706431 127.0.0.1 ${port} typ host`);
    } catch (error) {
      refusals.push((error as { reason?: string }).reason);
    }
  }
  expect(refusals).toEqual(Array(2000 - 63).fill("too-many-candidates"));
  start(b, localOf(a), "controlled");
  start(a, localOf(b), "controlling");
  await whenConnected(a, b);
});

test("both sides may believe that they are controlling, or controlled", async () => {
  for (const role of ["controlling", "controlled"] as const) {
    const [a, b] = [agentOf(), agentOf()];
    const [line = ""] = await gathered(b);
    await gathered(a);
    a.agent.addRemoteCandidate(line);
    start(b, localOf(a), role);
    start(a, localOf(b), role);
    await whenConnected(a, b);
    await passPackets(a, b, role);
  }
});

test("a restart has new credentials and another path; packets pass all the time", async () => {
  const [a, b] = await connectedPair();
  const before = [localOf(a), localOf(b)];
  const port = a.agent.selectedPair?.local.port;
  a.agent.restart();
  b.agent.restart();
  expect([localOf(a), localOf(b)]).not.toEqual(before);
  await passPackets(a, b, "between");
  restartPair(a, b);
  await passPackets(a, b, "while");
  await whenConnected(a, b);
  await passPackets(a, b, "after");
  expect(a.states).toEqual(["checking", "connected", "checking", "connected"]);
  expect(a.agent.selectedPair?.local.port).not.toBe(port);
});

test("agents share a UDP port, and each gets its own packets", async () => {
  const reserve = agentOf();
  const udpPort = Number((await gathered(reserve))[0]?.split(" ")[5]);
  reserve.agent.close();
  const pairs = await Promise.all([1, 2, 3].map(() => connectedPair({}, { udpPort })));
  for (const [index, [a, b]] of pairs.entries()) {
    expect(b.agent.selectedPair?.local.port).toBe(udpPort);
    await passPackets(a, b, `pair ${index}`);
  }
  pairs[0]?.[1].agent.close();
  const [, [a, b] = []] = pairs;
  if (a !== undefined && b !== undefined) await passPackets(a, b, "again");
  expect(pairs.map(([, b2]) => b2.packets.length)).toEqual([1, 2, 1]);
});

test("a port that another program has is reported, and there is no candidate", async () => {
  const taken = agentOf();
  const udpPort = Number((await gathered(taken))[0]?.split(" ")[5]);
  const agent = agentOf({ udpPort });
  expect(await gathered(agent)).toEqual([]);
  expect(agent.unusable).toEqual(["127.0.0.1"]);
});

test("relay-only without a TURN server has no candidate, opens no socket, and sends nothing", async () => {
  const [a, b] = [agentOf({ iceTransportPolicy: "relay" }), agentOf()];
  const [line = ""] = await gathered(b);
  const sockets = (): number => process.getActiveResourcesInfo().filter((name) => name === "UDPWrap").length;
  const before = sockets();
  expect(before).toBeGreaterThan(0);
  expect(await gathered(a)).toEqual([]);
  a.agent.addRemoteCandidate(line);
  start(a, localOf(b), "controlling");
  expect(sockets()).toBe(before);
});

test("close is final, also while gathering and checking", async () => {
  const [a, b] = startPair({ iceServers: [{ urls: "turn:127.0.0.1:9", username: "u", credential: "c" }] });
  for (const { agent } of [a, b]) {
    agent.close();
    agent.close();
    agent.send(Buffer.from("nothing"));
    expect(() => agent.restart()).toThrow(expect.objectContaining({ reason: "closed" }));
  }
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect([a.states, a.candidates, a.unusable]).toEqual([["checking", "closed"], [], []]);
});

test("calls in the wrong order, and malformed credentials, are refused", async () => {
  const { agent } = agentOf();
  expect(() => agent.start("controlled")).toThrow(expect.objectContaining({ reason: "wrong-state" }));
  expect(() => agent.setRemote({ ufrag: "x", pwd: "short" })).toThrow(expect.objectContaining({ reason: "bad-credentials" }));
  agent.setRemote({ ufrag: "user", pwd: "a+password+of+22+chars+or+more" });
  agent.start("controlled");
  expect(() => agent.start("controlled")).toThrow(expect.objectContaining({ reason: "wrong-state" }));
  agent.gather();
  expect(() => agent.gather()).toThrow(expect.objectContaining({ reason: "wrong-state" }));
});
