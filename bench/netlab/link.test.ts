import { createSocket } from "node:dgram";
import type { Socket } from "node:dgram";
import { once } from "node:events";

import { afterEach, expect, it } from "vitest";

import { hostAddress } from "./candidate.ts";
import { forkLink } from "./fork-link.ts";
import { createLink } from "./link.ts";
import type { Link, LinkOptions } from "./link.ts";

const open: (Socket | Link)[] = [];
afterEach(async () => {
  for (const thing of open.splice(0)) await thing.close();
});

async function udpSocket(): Promise<Socket> {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  open.push(socket);
  return socket;
}

/** A peer behind a link that echoes each datagram, and a socket that sends to it. */
async function echoBehind(link: Link): Promise<{ peer: Socket; port: number; sender: Socket }> {
  open.push(link);
  const peer = await udpSocket();
  peer.on("message", (data, from) => peer.send(data, from.port, from.address));
  const candidate = await link.rewrite(`candidate:1 1 udp 1 127.0.0.1 ${peer.address().port} typ host`);
  return { peer, port: hostAddress(candidate ?? "")!.port, sender: await udpSocket() };
}

async function roundTrip(sender: Socket, port: number, text: string): Promise<{ text: string; ms: number }> {
  const start = performance.now();
  sender.send(text, port, "127.0.0.1");
  const [data] = (await once(sender, "message")) as [Buffer];
  return { text: data.toString(), ms: performance.now() - start };
}

const DELAYED: LinkOptions = { down: { delayMs: 20 }, up: { delayMs: 10 } };

it.each([
  ["in this process", async () => createLink(DELAYED)],
  ["in its own process", () => forkLink(DELAYED)],
])("carries datagrams both ways, with the delay, %s", async (_where, makeLink) => {
  const link = await makeLink();
  const { port, sender } = await echoBehind(link);
  const first = await roundTrip(sender, port, "hello");
  expect(first.text).toBe("hello");
  expect(first.ms).toBeGreaterThanOrEqual(30);
  expect(await link.counters()).toMatchObject({ down: { deliveredPackets: 1 }, up: { deliveredPackets: 1 } });
});

it("gives the same port for the same candidate, and a separate address to each sender", async () => {
  const link = createLink();
  const { peer, port, sender } = await echoBehind(link);
  const again = await link.rewrite(`candidate:9 1 udp 7 127.0.0.1 ${peer.address().port} typ host`);
  expect(hostAddress(again ?? "")?.port).toBe(port);
  const sources = new Set<number>();
  peer.on("message", (_data, from) => sources.add(from.port));
  const other = await udpSocket();
  await roundTrip(sender, port, "a");
  await roundTrip(other, port, "b");
  expect(sources.size).toBe(2);
  expect((await link.counters()).ports).toEqual(expect.arrayContaining([port, ...sources]));
});

it.each([
  ["in this process", async (options: LinkOptions) => createLink(options)],
  ["in its own process", forkLink],
])("measures how long packets of the down direction wait, %s", async (_where, makeLink) => {
  // A datagram of 72 bytes has 100 on the wire: 100 ms at this rate.
  const link = await makeLink({ down: { rateBitsPerSecond: 8_000 } });
  const { port, sender } = await echoBehind(link);
  let echoes = 0;
  const both = new Promise<void>((resolve) => sender.on("message", () => ++echoes === 2 && resolve()));
  for (let count = 0; count < 2; count++) sender.send(Buffer.alloc(72), port, "127.0.0.1");
  await both;
  const { meanMs, p95Ms, samples } = await link.readQueueWatch();
  expect(samples).toBe(2);
  expect(p95Ms).toBeGreaterThan(0);
  expect(p95Ms).toBeLessThanOrEqual(100);
  expect(meanMs).toBeCloseTo(p95Ms / 2, 1);
  await link.startQueueWatch();
  expect(await link.readQueueWatch()).toEqual({ meanMs: 0, p95Ms: 0, samples: 0 });
});

it("rewrites the candidates of an SDP and drops unsupported ones", async () => {
  const link = createLink();
  const { peer, port } = await echoBehind(link);
  const sdp = `v=0\r\na=candidate:1 1 udp 1 127.0.0.1 ${peer.address().port} typ host\r\na=candidate:2 1 udp 1 ::1 9 typ host\r\n`;
  expect(await link.rewriteSdp(sdp)).toBe(`v=0\r\na=candidate:1 1 udp 1 127.0.0.1 ${port} typ host\r\n`);
});

it("drops everything during an outage, and works again after it", async () => {
  const link = createLink();
  const { port, sender } = await echoBehind(link);
  await link.outage(60);
  sender.send("lost", port, "127.0.0.1");
  await new Promise((resolve) => setTimeout(resolve, 80));
  expect((await roundTrip(sender, port, "after")).text).toBe("after");
  expect((await link.counters()).up).toMatchObject({ outagePackets: 1, deliveredPackets: 1 });
});

it("can be changed while it runs", async () => {
  const link = createLink();
  const { port, sender } = await echoBehind(link);
  await link.set({ up: { delayMs: 40 } });
  expect((await roundTrip(sender, port, "slow")).ms).toBeGreaterThanOrEqual(40);
});
