import { afterEach, expect, test } from "vitest";

import { connected, startPair, type TestAgent, type TestAgentOptions } from "../testing/ice-pair.ts";

const open: TestAgent[] = [];
afterEach(() => open.splice(0).forEach(({ agent }) => agent.close()));

function pair(one?: TestAgentOptions, other?: TestAgentOptions): readonly [TestAgent, TestAgent] {
  const agents = startPair(one, other);
  open.push(...agents);
  return agents;
}

test.each(["127.0.0.1", "::1"])("two agents on %s connect, and pass packets both ways", async (bindAddress) => {
  const [one, other] = pair({ bindAddress });
  await Promise.all([one.until(() => connected(one)), other.until(() => connected(other))]);
  one.agent.send(Buffer.from("there"));
  other.agent.send(Buffer.from("back"));
  await Promise.all([one.until(() => one.packets.length > 0), other.until(() => other.packets.length > 0)]);
  expect([one.packets, other.packets]).toEqual([["back"], ["there"]]);
  expect(one.states).toEqual(["checking", "connected"]);
  expect(one.agent.selectedPair).toMatchObject({ local: { type: "host", address: bindAddress }, remote: { address: bindAddress } });
});
