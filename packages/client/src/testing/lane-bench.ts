import type { Frame } from "@rangecast/wire";
import { onTestFinished } from "vitest";
import { Lane, type LaneOptions } from "../channel/lane.ts";
import type { CancelRange, RangeResult } from "../channel/range-lane.ts";
import { type AgentScript, ScriptedAgent } from "./scripted-agent.ts";
import { FakeChannel } from "./fake-channel.ts";

/** A range that was asked for, and what came of it. */
export interface AskedRange {
  readonly streamId: number;
  readonly chunks: Uint8Array[];
  readonly results: RangeResult[];
  readonly cancel: CancelRange;
}

export interface LaneBench {
  readonly channel: FakeChannel;
  readonly lane: Lane;
  readonly agent: ScriptedAgent;
  readonly ask: (offset: number, length: number) => AskedRange;
  readonly give: (frame: Frame) => void;
}

/** A lane on a fake channel. Its agent does nothing until it is told to. */
export function createLaneBench(script: AgentScript = {}, options: Omit<LaneOptions, "channel"> = {}): LaneBench {
  const channel = new FakeChannel();
  const lane = new Lane({ channel, ...options });
  const agent = new ScriptedAgent(channel, script);
  onTestFinished(() => lane.end({ reason: "closed", message: "the test is over" }));
  return {
    channel,
    lane,
    agent,
    give: (frame) => channel.give(frame),
    ask: (offset, length) => {
      const chunks: Uint8Array[] = [];
      const results: RangeResult[] = [];
      const cancel = lane.request({ offset, length, onData: (bytes) => chunks.push(bytes), onEnd: (result) => results.push(result) });
      return { streamId: channel.sentOf("range-req").at(-1)?.streamId ?? -1, chunks, results, cancel };
    },
  };
}

/** The same with the HELLO in, and the agent's hands off: it answers nothing by itself. */
export function openLaneBench(script: AgentScript = {}, options: Omit<LaneOptions, "channel"> = {}): LaneBench {
  const bench = createLaneBench(script, options);
  bench.channel.onsent = undefined;
  bench.agent.hello();
  return bench;
}
