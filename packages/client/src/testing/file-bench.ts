import { onTestFinished } from "vitest";
import { connectionOf } from "../session/connection.ts";
import { PeerTransport } from "../session/peer-transport.ts";
import { createRemoteFile, type RemoteFile } from "../session/remote-file.ts";
import { Session } from "../session/session.ts";
import { fixedWindow } from "./fixed-window.ts";
import type { Window } from "../window/window.ts";
import type { FakeChannel } from "@rangecast/testkit/fakes/fake-channel";
import { FakePeer } from "@rangecast/testkit/fakes/fake-peer";
import { fakeSdp } from "@rangecast/testkit/fakes/fake-sdp";
import { FakeSignals } from "@rangecast/testkit/fakes/fake-signals";
import { type AgentScript, ScriptedAgent } from "./scripted-agent.ts";

export interface FileBench {
  readonly file: RemoteFile;
  readonly agent: ScriptedAgent;
  readonly channel: FakeChannel;
}

/** An open file of a scripted agent, which serves when the test calls it. */
export async function openFileBench(script: AgentScript = {}, window: Window = fixedWindow()): Promise<FileBench> {
  const peer = new FakePeer();
  const signals = new FakeSignals();
  const agent = new ScriptedAgent(peer.channel, script);
  peer.onAnswer = () => agent.hello();
  signals.agent("answer", "answer");
  const session = new Session({
    handshake: { iceServers: [], offer: async () => signals, answer: async () => fakeSdp("answer") },
    transport: new PeerTransport(() => peer, []),
    window,
    onState: () => undefined,
  });
  const file = createRemoteFile(connectionOf(session, await session.start(undefined)), () => session.state);
  onTestFinished(() => file.close());
  return { file, agent, channel: peer.channel };
}

/** Reads all bytes of a stream while the agent serves. */
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
