/* Our ICE agent through a real TURN server (coturn), by each transport. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { IceAgentOptions } from "@rangecast/rtc-node";
import { connectAgents, type RecordedAgent, recordedAgent } from "../lib/ice-agents.ts";
import { type LoopbackCoturn, startLoopbackCoturn, whyNoCoturn } from "../lib/loopback-coturn.ts";
import { withinTime } from "../lib/wait.ts";

/** Lifetimes at the server, seconds. */
const NONCE_SECONDS = 1;
const ALLOCATION_SECONDS = 3;
/** Size of a large packet, bytes. */
const PACKET_BYTES = 1_200;
const PACKETS = 200;
const LEAST_PACKETS = 180;
/** The first byte of a packet that is not STUN's (RFC 7983, 7). */
const FIRST_BYTE = 20;
const LIMIT_MS = 20_000;

const packetOf = (bytes: number, index: number): Buffer => Buffer.alloc(bytes, FIRST_BYTE + index);

const impossible = await whyNoCoturn();
const LOOPBACK = { bindAddress: "127.0.0.1" };

describe.skipIf(impossible !== undefined)(`ICE over TURN${impossible === undefined ? "" : ` (${impossible})`}`, () => {
  let coturn: LoopbackCoturn;
  const open: RecordedAgent[] = [];
  beforeAll(
    async () =>
      void (coturn = await startLoopbackCoturn([`--stale-nonce=${NONCE_SECONDS}`, `--max-allocate-lifetime=${ALLOCATION_SECONDS}`])),
  );
  afterAll(() => coturn?.stop());
  afterEach(() => open.splice(0).forEach(({ agent }) => agent.close()));

  const urlOf = { udp: () => coturn.url, tcp: () => `${coturn.url}?transport=tcp`, tls: () => coturn.tlsUrl };
  const through = (urls: string | string[], credential = coturn.credential): Partial<IceAgentOptions> => ({
    ...LOOPBACK,
    iceServers: [{ urls, username: coturn.username, credential }],
    iceTransportPolicy: "relay",
    turnCertificates: coturn.certificate,
  });

  test.each(["udp", "tcp", "tls"] as const)(
    "a relay-only agent connects by %s, and its peer sees only the relayed address",
    async (transport) => {
      const [a, b] = await connectAgents(through(urlOf[transport]()), LOOPBACK);
      open.push(a, b);
      expect(a.candidates).toHaveLength(1);
      expect(a.agent.selectedPair?.local).toMatchObject({ type: "relay", relayProtocol: transport });
      const { port } = a.agent.selectedPair?.local ?? {};
      expect(b.pairs.map((pair) => pair.remote.port)).toEqual([port]);
      for (let index = 0; index < PACKETS; index++) {
        a.agent.send(packetOf(PACKET_BYTES, index));
        b.agent.send(packetOf(PACKET_BYTES - 1, index));
        if (index % 10 === 9) await new Promise((resolve) => setTimeout(resolve, 1));
      }
      // A busy machine may lose some: it is UDP.
      await a.until("packets", () => a.packets.length >= LEAST_PACKETS);
      await b.until("packets", () => b.packets.length >= LEAST_PACKETS);
      const isWhole = (packet: Buffer, bytes: number): boolean => packet.equals(packetOf(bytes, (packet[0] ?? 0) - FIRST_BYTE));
      expect(b.packets.every((packet) => isWhole(packet, PACKET_BYTES))).toBe(true);
      expect(a.packets.every((packet) => isWhole(packet, PACKET_BYTES - 1))).toBe(true);
    },
  );

  test("both sides may be relayed", async () => {
    const [a, b] = await connectAgents(through(urlOf.udp()), through(urlOf.tls()));
    open.push(a, b);
    a.agent.send(Buffer.from("there"));
    await b.until("a packet", () => b.packets.length > 0);
    expect([a.agent.selectedPair?.local.type, b.agent.selectedPair?.local.type]).toEqual(["relay", "relay"]);
  });

  test("a direct path is selected, if there is one, and a relayed candidate is there for other peers", async () => {
    const [a, b] = await connectAgents({ ...through(urlOf.udp()), iceTransportPolicy: "all" }, LOOPBACK);
    open.push(a, b);
    await a.until("the end of candidates", () => a.gathered);
    expect(a.candidates.map((line) => line.split(" ")[7])).toEqual(["host", "relay"]);
    expect(a.agent.selectedPair?.local.type).toBe("host");
  });

  test.each(["udp", "tls"] as const)("by %s, the server's nonce expires, and the allocation would: both are renewed", async (transport) => {
    const [a, b] = await connectAgents(through(urlOf[transport]()), LOOPBACK);
    open.push(a, b);
    await new Promise((resolve) => setTimeout(resolve, ALLOCATION_SECONDS * 2000));
    a.agent.send(Buffer.from("there"));
    b.agent.send(Buffer.from("back"));
    await Promise.all([a, b].map((each) => each.until("a packet", () => each.packets.length > 0)));
    // A check of another address needs a permission, which the server refuses until it is asked with the new nonce.
    const other = createSocket("udp4").bind(0, "127.0.0.1");
    await once(other, "listening");
    const arrives = once(other, "message");
    a.agent.addRemoteCandidate(`candidate:9 1 udp 2130706431 127.0.0.1 ${other.address().port} typ host`);
    await withinTime(arrives, LIMIT_MS, "a check");
    other.close();
  });

  test("a server that refuses the credentials, or shows an unknown certificate, gives no candidate", async () => {
    const refused = recordedAgent(through(urlOf.udp(), "another credential"));
    const { turnCertificates: _none, ...unknown } = through(urlOf.tls());
    const untrusted = recordedAgent(unknown);
    open.push(refused, untrusted);
    for (const each of [refused, untrusted]) {
      each.agent.gather();
      await each.until("the end of candidates", () => each.gathered);
      expect(each.candidates).toEqual([]);
    }
    expect([refused.unusable, untrusted.unusable]).toEqual([[urlOf.udp()], [urlOf.tls()]]);
  });

  test("STUN: coturn tells the address, which is the host's here, so there is one candidate", async () => {
    const agent = recordedAgent({ ...LOOPBACK, iceServers: [{ urls: coturn.url.replace("turn:", "stun:") }] });
    open.push(agent);
    agent.agent.gather();
    await agent.until("the end of candidates", () => agent.gathered);
    expect([agent.candidates.length, agent.unusable]).toEqual([1, []]);
  });
});
