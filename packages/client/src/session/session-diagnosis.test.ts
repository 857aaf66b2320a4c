import { NO_CANDIDATES } from "@rangecast/rtc";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import type { ClientError } from "../client-error.ts";
import { PeerTransport } from "./peer-transport.ts";
import { CHANNEL_WAIT_MS } from "./session-state.ts";
import { Session } from "./session.ts";
import { FakePeer } from "@rangecast/testkit/fakes/fake-peer";
import { fakeSdp } from "@rangecast/testkit/fakes/fake-sdp";
import { FakeSignals } from "@rangecast/testkit/fakes/fake-signals";
import { fixedWindow } from "../testing/fixed-window.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const candidate = (address: string, type: string, transport = "udp"): { candidate: string; sdpMid: string } => ({
  candidate: `candidate:1 1 ${transport} 1 ${address} 9 typ ${type}`,
  sdpMid: "0",
});

/** The error of a session that finds no path. */
async function failed(prepare: (peer: FakePeer, signals: FakeSignals) => void, iceServers: { urls: string }[] = []): Promise<ClientError> {
  const peer = new FakePeer();
  const signals = new FakeSignals();
  const session = new Session({
    handshake: { iceServers, offer: () => Promise.resolve(signals), answer: (payload) => Promise.resolve(payload) },
    transport: new PeerTransport(() => peer, iceServers),
    window: fixedWindow(),
    onState: () => undefined,
  });
  onTestFinished(() => session.close());
  const error = session.start(undefined).then(
    () => undefined,
    (failure: ClientError) => failure,
  );
  signals.agent("answer", fakeSdp("answer", 1, [candidate("10.0.0.1", "host").candidate]));
  await vi.advanceTimersByTimeAsync(0);
  prepare(peer, signals);
  await vi.advanceTimersByTimeAsync(CHANNEL_WAIT_MS);
  return (await error) ?? Promise.reject(new Error("it found a path"));
}

test("without a path the error tells which candidates each side offered, which servers were known, and whether any pair was tried", async () => {
  const error = await failed(
    (peer, signals) => {
      peer.gather(candidate("0b1c.local", "host"));
      peer.gather(candidate("198.51.100.1", "srflx"));
      signals.agent("candidate", candidate("203.0.113.9", "relay", "tcp"));
      peer.become("connecting");
    },
    [{ urls: "stun:stun.example" }],
  );
  expect(error).toMatchObject({ reason: "no-connection" });
  expect(error.diagnosis).toEqual({
    local: { ...NO_CANDIDATES, total: 2, host: 1, mdns: 1, srflx: 1, udp: 2, ipv4: 1, public: 1 },
    remote: { ...NO_CANDIDATES, total: 2, host: 1, relay: 1, udp: 1, tcp: 1, ipv4: 2, private: 1, public: 1 },
    iceServers: { stun: 1, turn: 0 },
    tried: true,
    connected: false,
  });
});

test("the error tells whether any pair was tried and whether there was a path", async () => {
  expect((await failed(() => undefined)).diagnosis).toMatchObject({ tried: false, connected: false });
  const lost = await failed((peer) => {
    peer.become("connected");
    peer.become("failed");
  });
  expect(lost.diagnosis).toMatchObject({ tried: true, connected: true });
});
