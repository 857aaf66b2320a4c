import { createIceAgent } from "../ice-agent/create-ice-agent.ts";
import type { IceAgent, IceAgentOptions, IceRole, IceState } from "../ice-agent/ice-agent.ts";

/** An agent, and what it reported. */
export interface TestAgent {
  readonly agent: IceAgent;
  readonly candidates: (string | null)[];
  readonly states: IceState[];
  readonly packets: string[];
  /** Resolves when a condition holds that only events change. */
  until(condition: () => boolean): Promise<void>;
}

export interface TestAgentOptions extends Partial<IceAgentOptions> {
  /** @default adds it to the other */
  readonly trickle?: (line: string, add: (line: string) => void) => void;
}

export function createTestAgent(options: TestAgentOptions = {}, onLine: (line: string) => void = () => {}): TestAgent {
  const waiting: (() => void)[] = [];
  const changed = (): void => waiting.splice(0).forEach((resolve) => resolve());
  const candidates: (string | null)[] = [];
  const states: IceState[] = [];
  const packets: string[] = [];
  const agent = createIceAgent({
    bindAddress: "127.0.0.1",
    ...options,
    onCandidate: (line) => {
      candidates.push(line);
      if (line !== null) onLine(line);
      changed();
    },
    onState: (state) => {
      states.push(state);
      changed();
    },
    onSelectedPair: changed,
    onPacket: (packet) => {
      packets.push(packet.toString());
      changed();
    },
  });
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) await new Promise<void>((resolve) => waiting.push(resolve));
  };
  return { agent, candidates, states, packets, until };
}

/** Two agents that trickle to each other, started. */
export function startPair(one: TestAgentOptions = {}, other: TestAgentOptions = one): readonly [TestAgent, TestAgent] {
  const pass =
    (to: () => TestAgent, { trickle }: TestAgentOptions) =>
    (line: string) => {
      const add = (text: string): void => to().agent.addRemoteCandidate(text);
      if (trickle === undefined) add(line);
      else trickle(line, add);
    };
  const a: TestAgent = createTestAgent(
    one,
    pass(() => b, one),
  );
  const b: TestAgent = createTestAgent(
    other,
    pass(() => a, other),
  );
  exchange(a, b, "controlling");
  exchange(b, a, "controlled");
  return [a, b];
}

/** Gives `to` the credentials of `from`, and starts it. */
export function exchange(to: TestAgent, from: TestAgent, role: IceRole): void {
  to.agent.setRemote({ ufrag: from.agent.localUsername, pwd: from.agent.localPassword });
  to.agent.gather();
  to.agent.start(role);
}

export const connected = ({ agent }: TestAgent): boolean => agent.state === "connected";
