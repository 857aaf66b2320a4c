import { createCertificate } from "@rangecast/dtls";
import { afterEach, expect, test, vi } from "vitest";

import type { IceAgent } from "../ice-agent/ice-agent.ts";
import { connectPair, nextMessage } from "../testing/pair.ts";
import { PacketPath } from "./packet-path.ts";

const paths: PacketPath[] = [];
afterEach(() => {
  for (const path of paths.splice(0)) path.close();
});

const settle = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test("a client whose round trip is not known yet sends its first flight again", async () => {
  const sent: Uint8Array[] = [];
  const agent = { send: (packet: Uint8Array) => sent.push(packet), selectedPair: { rttMs: Number.NaN } } as unknown as IceAgent;
  const path = new PacketPath({
    agent,
    certificate: createCertificate(),
    maxMessageBytes: 65_536,
    maxPeerChannels: 1,
    onOpen: () => undefined,
    onChannel: () => undefined,
    onEnd: () => undefined,
  });
  paths.push(path);
  path.setRemote({ fingerprint: createCertificate().fingerprint, sctpPort: 5000, maxMessageBytes: 0, sctpInit: undefined }, "client");
  path.connected();
  await vi.waitFor(() => expect(sent.length).toBeGreaterThan(1), { timeout: 5_000 });
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
