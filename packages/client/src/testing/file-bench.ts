import { onTestFinished } from "vitest";
import { StateTracker } from "../session/client-state.ts";
import { connectionOf } from "../session/connection.ts";
import { createRemoteFile, type RemoteFile } from "../session/remote-file.ts";
import { Session } from "../session/session.ts";
import type { Window } from "../window/window.ts";
import { fixedWindow } from "./fixed-window.ts";
import type { FakeChannel } from "./fake-channel.ts";
import { FakePeer, fakeSdp } from "./fake-peer.ts";
import { FakeSignals } from "./fake-signals.ts";
import { type AgentScript, ScriptedAgent } from "./scripted-agent.ts";

export interface FileBench {
  readonly file: RemoteFile;
  readonly agent: ScriptedAgent;
  readonly channel: FakeChannel;
}

/** An open file of a scripted agent, which serves when it is told to. */
export async function openFileBench(script: AgentScript = {}, window: Window = fixedWindow()): Promise<FileBench> {
  const peer = new FakePeer();
  const signals = new FakeSignals();
  const agent = new ScriptedAgent(peer.channel, script);
  peer.onAnswer = () => agent.hello();
  signals.agent("answer", "answer");
  const tracker = new StateTracker({ phase: "offering" });
  const session = new Session({
    handshake: { iceServers: [], offer: async () => signals, answer: async () => fakeSdp("answer") },
    createPeerConnection: () => peer,
    window,
    onEvent: (event) => tracker.take(event),
  });
  const file = createRemoteFile(connectionOf(session, await session.start(undefined)), tracker);
  onTestFinished(() => file.close());
  return { file, agent, channel: peer.channel };
}

/** All bytes of a stream, while the agent serves. */
export async function readServed(stream: ReadableStream<Uint8Array>, agent: ScriptedAgent): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  const serving = new AbortController();
  const served = agent.serveUntil(serving.signal);
  try {
    for await (const chunk of stream) chunks.push(chunk);
  } finally {
    serving.abort();
    await served;
  }
  return new Uint8Array(Buffer.concat(chunks));
}
