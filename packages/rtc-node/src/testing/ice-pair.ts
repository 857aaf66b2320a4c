import { createIceAgent } from "../ice-agent/create-ice-agent.ts";
import type { IceAgent, IceAgentOptions, IceParameters, IceRole, IceState, SelectedPair } from "../ice-agent/ice-agent.ts";

/** An agent on loopback, and what it reported. */
export interface TestAgent {
  readonly agent: IceAgent;
  readonly candidates: (string | null)[];
  readonly states: IceState[];
  readonly pairs: SelectedPair[];
  readonly packets: string[];
  readonly unusable: string[];
  /** Resolves when a condition holds that only events change. */
  until(condition: () => boolean): Promise<void>;
}

export function createTestAgent(options: Partial<IceAgentOptions> = {}, onLine: (line: string) => void = () => {}): TestAgent {
  const waiting: (() => void)[] = [];
  const recorded = { candidates: [], states: [], pairs: [], packets: [], unusable: [] } as Omit<TestAgent, "agent" | "until">;
  const record = <T>(list: T[], item: T): void => {
    list.push(item);
    waiting.splice(0).forEach((resolve) => resolve());
  };
  const agent = createIceAgent({
    bindAddress: "127.0.0.1",
    ...options,
    onCandidate: (line) => {
      if (line !== null) onLine(line);
      record(recorded.candidates, line);
    },
    onUnusable: (what) => record(recorded.unusable, what),
    onState: (state) => record(recorded.states, state),
    onSelectedPair: (pair) => record(recorded.pairs, pair),
    onPacket: (packet) => record(recorded.packets, packet.toString()),
  });
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) await new Promise<void>((resolve) => waiting.push(resolve));
  };
  return { agent, ...recorded, until };
}

export const localOf = ({ agent }: TestAgent): IceParameters => ({ ufrag: agent.localUsername, pwd: agent.localPassword });
export const isConnected = ({ agent }: TestAgent): boolean => agent.state === "connected";
export const whenConnected = (...agents: TestAgent[]): Promise<unknown> =>
  Promise.all(agents.map((each) => each.until(() => isConnected(each))));

/** Gathers, and resolves with the candidates of this generation. */
export async function gathered(of: TestAgent): Promise<string[]> {
  const before = of.candidates.length;
  of.agent.gather();
  await of.until(() => of.candidates.length > before && of.candidates.at(-1) === null);
  return of.candidates.slice(before).filter((line) => line !== null);
}

/** Gives an agent the remote's credentials, and starts it. */
export function start(of: TestAgent, remote: IceParameters, role: IceRole): void {
  of.agent.setRemote(remote);
  of.agent.start(role);
}

/** Two agents that gather, trickle to each other, and are started. */
export function startPair(one: Partial<IceAgentOptions> = {}, other: Partial<IceAgentOptions> = one): readonly [TestAgent, TestAgent] {
  const a: TestAgent = createTestAgent(one, (line) => b.agent.addRemoteCandidate(line));
  const b: TestAgent = createTestAgent(other, (line) => a.agent.addRemoteCandidate(line));
  restartPair(a, b);
  return [a, b];
}

/** The same for a generation: the first, or the one after `restart`. */
export function restartPair(a: TestAgent, b: TestAgent): void {
  a.agent.gather();
  b.agent.gather();
  start(a, localOf(b), "controlling");
  start(b, localOf(a), "controlled");
}

/** Passes a packet each way. */
export async function passPackets(a: TestAgent, b: TestAgent, text: string): Promise<void> {
  a.agent.send(Buffer.from(`${text} there`));
  b.agent.send(Buffer.from(`${text} back`));
  await Promise.all([a.until(() => a.packets.includes(`${text} back`)), b.until(() => b.packets.includes(`${text} there`))]);
}
