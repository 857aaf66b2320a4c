import { onTestFinished, vi } from "vitest";
import { FakePeer } from "@rangecast/testkit/fakes/fake-peer";
import { fakeSdp } from "@rangecast/testkit/fakes/fake-sdp";
import { FakeSignals } from "@rangecast/testkit/fakes/fake-signals";
import { ClientError } from "../client-error.ts";
import type { ClientPhase } from "../session/client-state.ts";
import type { FileFacts } from "../session/file-facts.ts";
import { PeerTransport } from "../session/peer-transport.ts";
import { Session } from "../session/session.ts";
import { fixedWindow } from "./fixed-window.ts";
import { ScriptedAgent } from "./scripted-agent.ts";

/** A session with fake signalling, a fake peer connection, and a scripted agent. Timers are fake. */
export interface SessionBench {
  readonly peer: FakePeer;
  readonly signals: FakeSignals;
  readonly agent: ScriptedAgent;
  readonly session: Session;
  readonly phases: ClientPhase[];
  readonly start: (signal?: AbortSignal) => Promise<FileFacts>;
  /** The answer arrives, then the channel opens and HELLO arrives. */
  readonly answer: () => Promise<void>;
}

export function createSessionBench({ restartable = false }: { restartable?: boolean } = {}): SessionBench {
  const signals = new FakeSignals();
  const peer = new FakePeer();
  const announcement = { version: 1, features: ["ice-restart"] };
  const agent = new ScriptedAgent(peer.channel, restartable ? { announcement } : {});
  const phases: ClientPhase[] = [];
  const session = new Session({
    handshake: {
      iceServers: [],
      offer: async (sdp) => {
        await signals.post({ type: "offer", payload: sdp });
        return signals;
      },
      offerRestart: (sdp) => sdp,
      answer: (payload) => (payload === "forged" ? Promise.reject(new ClientError("wrong-host", "forged")) : Promise.resolve(payload)),
    },
    transport: new PeerTransport(() => peer, []),
    window: fixedWindow(),
    onState: ({ phase }) => phases.push(phase),
  });
  onTestFinished(() => session.close());
  return {
    peer,
    signals,
    agent,
    session,
    phases,
    start: (signal) => session.start(signal),
    answer: async () => {
      signals.agent("answer", fakeSdp("answer"));
      await settle();
      agent.hello();
      await settle();
    },
  };
}

export async function openSessionBench(options: { restartable?: boolean } = {}): Promise<SessionBench> {
  const bench = createSessionBench(options);
  const started = bench.start();
  await settle();
  await bench.answer();
  await started;
  return bench;
}

export const settle: () => Promise<void> = async (): Promise<void> => void (await vi.advanceTimersByTimeAsync(0));

export const candidate = (name: string): { candidate: string; sdpMid: string } => ({
  candidate: `candidate:1 1 udp 1 ${name} 9 typ host`,
  sdpMid: "0",
});
