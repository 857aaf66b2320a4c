import type { Frame } from "@rangecast/wire";
import { onTestFinished } from "vitest";
import { RangeChannel, type RangeChannelOptions } from "../channel/range-channel.ts";
import type { CancelRange, RangeResult } from "../channel/range-source.ts";
import { FakeChannel } from "@rangecast/testkit/fakes/fake-channel";
import { fixedWindow } from "./fixed-window.ts";
import { type AgentScript, ScriptedAgent } from "./scripted-agent.ts";

/** A requested range, and what arrived of it. */
export interface AskedRange {
  readonly streamId: number;
  readonly chunks: Uint8Array[];
  readonly results: RangeResult[];
  readonly cancel: CancelRange;
}

export interface RangeChannelBench {
  readonly channel: FakeChannel;
  readonly rangeChannel: RangeChannel;
  readonly agent: ScriptedAgent;
  readonly ask: (offset: number, length: number) => AskedRange;
  readonly give: (frame: Frame) => void;
}

/** A range channel on a fake data channel. The agent does nothing until the test calls it. */
export function createRangeChannelBench(script: AgentScript = {}, options: Partial<RangeChannelOptions> = {}): RangeChannelBench {
  const channel = new FakeChannel("rangecast", { readyState: "connecting", answersPings: false });
  const rangeChannel = new RangeChannel({ channel, window: fixedWindow(), ...options });
  const agent = new ScriptedAgent(channel, script);
  onTestFinished(() => rangeChannel.end({ reason: "closed", message: "the test is over" }));
  return {
    channel,
    rangeChannel,
    agent,
    give: (frame) => channel.give(frame),
    ask: (offset, length) => {
      const chunks: Uint8Array[] = [];
      const results: RangeResult[] = [];
      const cancel = rangeChannel.request({
        handle: 0,
        offset,
        length,
        onData: (bytes) => chunks.push(bytes),
        onEnd: (result) => results.push(result),
      });
      return { streamId: channel.sentOf("range-req").at(-1)?.streamId ?? -1, chunks, results, cancel };
    },
  };
}

/** The same after HELLO. The agent answers nothing by itself. */
export function openRangeChannelBench(script: AgentScript = {}, options: Partial<RangeChannelOptions> = {}): RangeChannelBench {
  const bench = createRangeChannelBench(script, options);
  bench.channel.onsent = undefined;
  bench.agent.hello();
  return bench;
}
