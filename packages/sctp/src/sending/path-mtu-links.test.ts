/* Packets that grow and shrink with what a simulated link carries. The link counts 60 bytes more than the association. */
import { describe, expect, test } from "vitest";
import type { LinkOptions } from "../testing/link/link.ts";
import { mulberry32 } from "../testing/link/mulberry32.ts";
import { bytesOf, Pair } from "../testing/pair.ts";
import { ChunkType } from "../wire/chunk-type.ts";

/** A path that carries packets of so many bytes, and a pair on it whose first side looks for 1372. */
function open(maxBytes: (nowMs: number) => number, more: LinkOptions = {}): Pair {
  const pair = new Pair({ there: { delayMs: 25, rate: 250, queueBytes: 30_000, maxBytes, ...more }, first: { maxPathPacketBytes: 1372 } });
  pair.first.connect(0);
  pair.runUntil(() => pair.sides.every(({ opened }) => opened));
  return pair;
}

/** Sends messages of so many bytes until a time, or the end. @param meanwhile called every 10 ms @returns how many */
function send(pair: Pair, untilMs: number, length: number, meanwhile: () => void = () => {}): number {
  let sent = 0;
  while (pair.nowMs < untilMs && pair.first.state === "established") {
    while (pair.first.queuedBytes < 20_000) {
      pair.first.send(0, 53, bytesOf(length, sent));
      sent += 1;
    }
    meanwhile();
    pair.run(pair.nowMs + 10);
  }
  return sent;
}

/** Expects that all messages arrive as they were sent. */
function expectAll(pair: Pair, sent: number, length: number): void {
  pair.runUntil(() => pair.sides[1].messages.length === sent);
  const isWrong = (bytes: Uint8Array, index: number): boolean => {
    const right = bytesOf(length, index);
    return bytes.byteLength !== length || right.some((byte, at) => bytes[at] !== byte);
  };
  expect(pair.sides[1].messages.filter(({ bytes }, index) => isWrong(bytes, index))).toHaveLength(0);
}

test.each([{}, { maxPathPacketBytes: 1000 }, { maxPathPacketBytes: 1175 }])(
  "packets have a fixed size, and no probe is sent, with %o",
  (first) => {
    const pair = new Pair({ there: { delayMs: 25 }, first });
    let largest = 0;
    let heartbeats = 0;
    pair.onPacket = (from, packet) => {
      if (from === 0) largest = Math.max(largest, packet.byteLength);
      if (packet[12] === ChunkType.HEARTBEAT) heartbeats += 1;
      return true;
    };
    pair.first.connect(0);
    pair.runUntil(() => pair.sides.every(({ opened }) => opened));
    // Five full packets each.
    expectAll(pair, send(pair, 500, 5720), 5720);
    expect([largest, heartbeats, pair.first.stats.packetBytes]).toEqual([1172, 0, 1172]);
  },
);

describe("a path whose limit stays", () => {
  test.each([0, 0.05])("of 1400 bytes, with a loss of %d, is found while messages arrive; no packet with data is ever larger", (share) => {
    const random = mulberry32(3);
    const pair = open(() => 1400, { loss: () => random() < share });
    let largest = 0;
    pair.onPacket = (from, packet) => {
      if (from === 0 && packet[12] === ChunkType.DATA) largest = Math.max(largest, packet.byteLength);
      return true;
    };
    // Four full packets each, as soon as the size is found.
    const sent = send(pair, 10_000, 5168);
    expect(pair.first.stats.packetBytes).toBe(1320);
    expect(largest).toBe(1320);
    expectAll(pair, sent, 5168);
  });

  test("is searched while nothing is sent, too", () => {
    const pair = open(() => 1500);
    pair.run(1000);
    expect(pair.first.stats.packetBytes).toBe(1372);
    pair.first.send(0, 53, bytesOf(1344));
    const [before] = pair.packets;
    pair.run(2000);
    expect(pair.packets[0] - before).toBe(1);
  });
});

describe("a path whose limit falls from 1500 to 1280 bytes", () => {
  const falls = (nowMs: number): number => (nowMs < 2000 ? 1500 : 1280);

  test("ends the association with path-shrank, as chunks under way can't be cut again; a new one works", () => {
    const pair = open(falls);
    send(pair, 30_000, 5000);
    expect(pair.sides[0].end?.reason).toBe("path-shrank");
    expect(pair.nowMs).toBeLessThan(12_000);
    pair.run(pair.nowMs + 100);
    expect(pair.sides[1].end).toMatchObject({ reason: "peer-aborted" });
    const next = open(() => 1280);
    const sent = send(next, 2000, 5000);
    expectAll(next, sent, 5000);
  });

  test("is survived by messages that fit into packets of the base size, although they were bundled in larger ones", () => {
    const pair = open(falls);
    const sent = send(pair, 20_000, 300);
    expect(pair.first.stats.packetBytes).toBe(1220);
    expectAll(pair, sent, 300);
  });

  test("is survived if it rises again soon, also while every packet has a SACK to carry, and packets grow again", () => {
    const pair = open((nowMs) => (nowMs < 2000 || nowMs > 3500 ? 1500 : 1280));
    const sent = send(pair, 10_000, 5000, () => pair.second.send(1, 53, bytesOf(700)));
    expect(pair.sides[0].end).toBeUndefined();
    expect(pair.first.stats.packetBytes).toBe(1372);
    expectAll(pair, sent, 5000);
  });

  test("is used again ten minutes after it has risen", () => {
    const pair = open((nowMs) => (nowMs < 2000 || nowMs > 100_000 ? 1500 : 1280));
    let sent = send(pair, 15_000, 300);
    expectAll(pair, sent, 300);
    pair.run(500_000);
    expect(pair.first.stats.packetBytes).toBe(1220);
    pair.run(700_000);
    expect(pair.first.stats.packetBytes).toBe(1372);
    pair.sides[1].messages.length = 0;
    sent = send(pair, 702_000, 5000);
    expectAll(pair, sent, 5000);
  });
});

test("an outage of 30 s is not taken for a path that shrank: packets are as large as before when it is over", () => {
  const pair = open(() => 1500, { outages: [[2000, 32_000]] });
  const sent = send(pair, 45_000, 5000);
  expect(pair.first.stats.packetBytes).toBe(1372);
  expect(pair.sides[0].end).toBeUndefined();
  expectAll(pair, sent, 5000);
});

test("a loss of 20 % makes packets small now and then, but ends nothing", () => {
  const random = mulberry32(11);
  const pair = open(() => 1500, { loss: () => random() < 0.2 });
  const sent = send(pair, 10_000, 5000);
  expect(pair.sides[0].end).toBeUndefined();
  expectAll(pair, sent, 5000);
});
