import { createIceAgent, type IceAgent, type IceAgentOptions, type IceRole, type SelectedPair } from "@rangecast/rtc-node";
import { withinTime } from "./wait.ts";

/** Longest wait for anything that an agent reports, milliseconds. */
const LIMIT_MS = 20_000;

/** An agent, and what it has reported. */
export interface RecordedAgent {
  readonly agent: IceAgent;
  readonly candidates: string[];
  readonly pairs: SelectedPair[];
  readonly packets: Buffer[];
  /** Addresses and URLs without a candidate. */
  readonly unusable: string[];
  readonly gathered: boolean;
  /** Resolves when a condition holds that only events change. @throws if it takes longer than 20 s, or `limitMs` */
  until(what: string, condition: () => boolean, limitMs?: number): Promise<void>;
}

/** @param onLine receives each candidate */
export function recordedAgent(options: Partial<IceAgentOptions> = {}, onLine: (line: string) => void = () => {}): RecordedAgent {
  const waiting: (() => void)[] = [];
  const changed = (): void => waiting.splice(0).forEach((resolve) => resolve());
  const [candidates, pairs, packets, unusable]: [string[], SelectedPair[], Buffer[], string[]] = [[], [], [], []];
  let gathered = false;
  const record = <T>(list: T[], item: T): void => {
    list.push(item);
    changed();
  };
  const agent = createIceAgent({
    ...options,
    onCandidate: (line) => {
      if (line !== null) {
        onLine(line);
        record(candidates, line);
        return;
      }
      gathered = true;
      changed();
    },
    onUnusable: (what) => record(unusable, what),
    onState: changed,
    onSelectedPair: (pair) => record(pairs, pair),
    onPacket: (packet) => record(packets, packet),
  });
  const wait = async (condition: () => boolean): Promise<void> => {
    while (!condition()) await new Promise<void>((resolve) => waiting.push(resolve));
  };
  return {
    agent,
    candidates,
    pairs,
    packets,
    unusable,
    get gathered() {
      return gathered;
    },
    until: (what, condition, limitMs = LIMIT_MS) => withinTime(wait(condition), limitMs, what),
  };
}

/** Two agents that trickle to each other, connected. */
export async function connectAgents(
  one: Partial<IceAgentOptions>,
  other: Partial<IceAgentOptions>,
): Promise<readonly [RecordedAgent, RecordedAgent]> {
  const a: RecordedAgent = recordedAgent(one, (line) => b.agent.addRemoteCandidate(line));
  const b: RecordedAgent = recordedAgent(other, (line) => a.agent.addRemoteCandidate(line));
  begin(a, b, "controlling");
  begin(b, a, "controlled");
  await Promise.all([a, b].map((each) => each.until("a path", () => each.agent.state === "connected")));
  return [a, b];
}

function begin({ agent }: RecordedAgent, { agent: remote }: RecordedAgent, role: IceRole): void {
  agent.setRemote({ ufrag: remote.localUsername, pwd: remote.localPassword });
  agent.gather();
  agent.start(role);
}
