import { createCertificate } from "@rangecast/dtls";
import type { DataChannel, PeerConnection, SessionDescription } from "@rangecast/rtc";
import { afterEach, expect, test, vi } from "vitest";

import type { IceAgent } from "../ice-agent/ice-agent.ts";
import { createPeerConnection } from "../index.ts";
import { connectPair, nextMessage, trickle } from "../testing/pair.ts";
import { PacketPath } from "./packet-path.ts";

const CERTIFICATE = createCertificate();
const paths: PacketPath[] = [];
afterEach(() => {
  for (const path of paths.splice(0)) path.close();
});

const settle = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A path without a network, and what it sends. */
function lonePath(): { readonly path: PacketPath; readonly sent: Uint8Array[] } {
  const sent: Uint8Array[] = [];
  const agent = { send: (packet: Uint8Array) => sent.push(packet), selectedPair: { rttMs: Number.NaN } } as unknown as IceAgent;
  const path = new PacketPath({
    agent,
    certificate: CERTIFICATE,
    maxMessageBytes: 65_536,
    maxPeerChannels: 1,
    onOpen: () => undefined,
    onChannel: () => undefined,
    onEnd: () => undefined,
  });
  paths.push(path);
  path.setRemote({ fingerprint: CERTIFICATE.fingerprint, sctpPort: 5000, maxMessageBytes: 0, sctpInit: undefined }, "client");
  return { path, sent };
}

test("a client whose round trip is not known yet sends its first flight again", async () => {
  const { path, sent } = lonePath();
  path.connected();
  await vi.waitFor(() => expect(sent.length).toBeGreaterThan(1), { timeout: 5_000 });
});

test("only datagrams that begin like DTLS reach it (RFC 7983, 7)", () => {
  for (const first of [0, 3, 4, 19, 20, 63, 64, 79, 128, 191, 255]) {
    const { path } = lonePath();
    path.receive(Uint8Array.of(first, 254, 253));
    expect([first, path.bytesReceived]).toEqual([first, first >= 20 && first <= 63 ? 3 : 0]);
  }
});

interface Negotiated {
  readonly offerer: PeerConnection;
  readonly answerer: PeerConnection;
  /** The offerer's. */
  readonly channel: DataChannel;
}

/** Two connections, which negotiate with descriptions that somebody may have changed. */
async function negotiated(change: (description: SessionDescription) => string, watch: (pair: Negotiated) => void): Promise<Negotiated> {
  const [offerer, answerer] = [0, 1].map(() => createPeerConnection({ transport: "own", bindAddress: "127.0.0.1" })) as [
    PeerConnection,
    PeerConnection,
  ];
  trickle(offerer, answerer);
  const pair = { offerer, answerer, channel: offerer.createDataChannel("test") };
  watch(pair);
  const pass = (description: SessionDescription): SessionDescription => ({ type: description.type, sdp: change(description) });
  await offerer.setLocalDescription(await offerer.createOffer());
  await answerer.setRemoteDescription(pass(offerer.localDescription!));
  await answerer.setLocalDescription(await answerer.createAnswer());
  await offerer.setRemoteDescription(pass(answerer.localDescription!));
  return pair;
}

test.each(["offer", "answer"])("a connection whose %s has the fingerprint of another certificate never opens", async (changed) => {
  const states = new Set<string>();
  const ended: Promise<void>[] = [];
  const { offerer, answerer } = await negotiated(
    ({ type, sdp }) => (type === changed ? sdp.replace(/(?<=a=fingerprint:sha-256 )\S+/u, CERTIFICATE.fingerprint) : sdp),
    (pair) => {
      pair.channel.onopen = () => states.add("open");
      for (const side of [pair.offerer, pair.answerer]) {
        const closed = new Promise<void>((resolve) => {
          side.onconnectionstatechange = () => {
            states.add(side.connectionState);
            if (side.connectionState === "closed") resolve();
          };
        });
        ended.push(closed);
      }
    },
  );
  try {
    await Promise.all(ended);
    expect([...states].toSorted()).toEqual(["closed", "connecting"]);
  } finally {
    offerer.close();
    answerer.close();
  }
});

test.each(["actpass", "active", "passive"])("an offer with the DTLS role %s is answered with the other one", async (setup) => {
  const roles: (string | undefined)[] = [];
  let opened: Promise<unknown> = Promise.resolve();
  const { offerer, answerer } = await negotiated(
    ({ type, sdp }) => {
      roles.push(/a=setup:(\w+)/u.exec(sdp)?.[1]);
      return type === "offer" ? sdp.replace("a=setup:actpass", `a=setup:${setup}`) : sdp;
    },
    ({ channel }) => {
      opened = new Promise((resolve) => (channel.onopen = resolve));
    },
  );
  try {
    await opened;
    expect(roles).toEqual(["actpass", setup === "active" ? "passive" : "active"]);
  } finally {
    offerer.close();
    answerer.close();
  }
});

test("a handler may close the connection while a packet is being made", async () => {
  const faults: unknown[] = [];
  const uncaught = (error: unknown): unknown => faults.push(error);
  process.on("uncaughtException", uncaught);
  const { offerer, answerer, far } = await connectPair({ transport: "own", bindAddress: "127.0.0.1" });
  try {
    const closed = new Promise((resolve) => (far.onclose = resolve));
    far.bufferedAmountLowThreshold = 200_000;
    far.onbufferedamountlow = () => answerer.close();
    for (let count = 0; count < 64; count++) far.send(new Uint8Array(16_384));
    await closed;
    await settle(50);
    expect(faults).toEqual([]);
  } finally {
    process.off("uncaughtException", uncaught);
    offerer.close();
    answerer.close();
  }
});

test("a channel says how many bytes keep its path busy: more once the path is known to be fast, and never what a slow one can't use", async () => {
  const pair = await connectPair({ transport: "own", bindAddress: "127.0.0.1" });
  try {
    const { far } = pair;
    const atFirst = far.supplyBytes ?? Number.NaN;
    expect(atFirst).toBeGreaterThan(0);
    expect(atFirst).toBeLessThanOrEqual(64 * 1024);
    for (let count = 0; count < 64; count++) far.send(new Uint8Array(16_384));
    await vi.waitFor(() => expect(far.bufferedAmount).toBe(0));
    expect(far.supplyBytes).toBeGreaterThan(atFirst);
  } finally {
    pair.offerer.close();
    pair.answerer.close();
  }
});

test("a message may be a Buffer, which is used again at once", async () => {
  const pair = await connectPair({ transport: "own", bindAddress: "127.0.0.1" });
  try {
    const arrived = nextMessage(pair.near);
    const message = Buffer.alloc(100, 1);
    pair.far.send(message);
    message.fill(2);
    expect(await arrived).toEqual(new Uint8Array(100).fill(1));
  } finally {
    pair.offerer.close();
    pair.answerer.close();
  }
});
