/* Messages that are given up (RFC 3758): by this side as the sender, and by a peer. */
import { describe, expect, test } from "vitest";
import type { LinkOptions } from "../testing/link/link.ts";
import { mulberry32 } from "../testing/link/mulberry32.ts";
import { bytesOf, Pair, type PairOptions } from "../testing/pair.ts";
import { chunksOf } from "../testing/chunks.ts";
import { ChunkType, DataFlag } from "../wire/chunk-type.ts";
import { packetChecksum, writeChecksum } from "../wire/packet-header.ts";
import type { SendOptions } from "./association.ts";

function open(options: PairOptions = {}): Pair {
  const pair = new Pair(options);
  pair.first.connect(0);
  pair.runUntil(() => pair.sides.every(({ opened }) => opened));
  return pair;
}

/** A link that loses a share of the packets once it is told to. */
function lossy(share: number, seed: number): LinkOptions & { on: boolean } {
  const random = mulberry32(seed);
  const link = { delayMs: 10, rate: 1000, on: false, loss: (): boolean => link.on && random() < share };
  return link;
}

/** How often the first side sent each TSN. */
function countTsns(pair: Pair): Map<number, number> {
  const counts = new Map<number, number>();
  pair.onPacket = (from, packet) => {
    for (const { type, value } of from === 0 ? chunksOf(packet) : []) {
      if (type === ChunkType.DATA) counts.set(value.getUint32(0), (counts.get(value.getUint32(0)) ?? 0) + 1);
    }
    return true;
  };
  return counts;
}

/** Messages that say their number, from 0 on. */
function sendNumbered(pair: Pair, count: number, bytes: number, options: SendOptions, streams = 1): void {
  for (let index = 0; index < count; index += 1) {
    const message = bytesOf(bytes);
    new DataView(message.buffer).setUint32(0, index);
    pair.first.send(index % streams, 53, message, options);
  }
}

const numbersOf = (pair: Pair): number[] => pair.sides[1].messages.map(({ bytes }) => new DataView(bytes.buffer).getUint32(0));

const ascending = (numbers: readonly number[]): boolean =>
  numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0));

describe("a limit of retransmissions", () => {
  test.each([0, 1, 3])("of %i is kept for each chunk, and what arrives is in order", (maxRetransmits) => {
    const there = lossy(0.2, 5);
    const pair = open({ there, back: { delayMs: 10 } });
    const counts = countTsns(pair);
    there.on = true;
    sendNumbered(pair, 200, 3000, { maxRetransmits });
    pair.runUntil(() => pair.first.bufferedBytes === 0);
    there.on = false;
    pair.run(pair.nowMs + 2000);
    const numbers = numbersOf(pair);
    expect(ascending(numbers)).toBe(true);
    expect(numbers.length).toBeLessThan(200);
    // Of three chunks each, sent up to so often.
    expect(numbers.length / 200).toBeGreaterThan((1 - 0.2 ** (maxRetransmits + 1)) ** 3 - 0.1);
    expect(Math.max(...counts.values())).toBe(maxRetransmits + 1);
    expect(pair.second.stats.heldBytes).toBe(0);
    sendNumbered(pair, 1, 10, {});
    pair.runUntil(() => pair.sides[1].messages.length === numbers.length + 1);
  });

  test("holds for unordered messages, and on many streams at once", () => {
    for (const unordered of [false, true]) {
      const there = lossy(0.3, 7);
      const pair = open({ there, back: { delayMs: 10 } });
      there.on = true;
      sendNumbered(pair, 600, 600, { maxRetransmits: 0, unordered }, 300);
      pair.runUntil(() => pair.first.bufferedBytes === 0);
      there.on = false;
      pair.run(pair.nowMs + 2000);
      const arrived = pair.sides[1].messages.length;
      expect(arrived).toBeGreaterThan(300);
      expect(arrived).toBeLessThan(550);
      // All streams go on.
      sendNumbered(pair, 300, 10, {}, 300);
      pair.runUntil(() => pair.sides[1].messages.length === arrived + 300);
      expect(pair.second.stats.heldBytes).toBe(0);
    }
  });

  test("means nothing to a peer that can't skip messages", () => {
    const there = lossy(0.2, 5);
    const pair = new Pair({ there, back: { delayMs: 10 } });
    pair.onPacket = (_from, packet) => {
      if (packet[12] !== ChunkType.INIT && packet[12] !== ChunkType.INIT_ACK) return true;
      const changed = packet.slice();
      // FORWARD_TSN_SUPPORTED becomes a parameter that nobody knows, and the chunk type in SUPPORTED_EXTENSIONS another one.
      for (let at = 16; at + 4 <= changed.byteLength; at += 4) {
        if (changed[at] === 0xc0 && changed[at + 1] === 0) changed[at + 1] = 0x77;
        if (changed[at] === 0x80 && changed[at + 1] === 0x08) changed[at + 5] = 0xc1;
      }
      writeChecksum(changed, packetChecksum(changed));
      return changed;
    };
    pair.first.connect(0);
    pair.runUntil(() => pair.sides.every(({ opened }) => opened));
    there.on = true;
    sendNumbered(pair, 100, 3000, { maxRetransmits: 0 });
    pair.runUntil(() => pair.sides[1].messages.length === 100);
    expect(ascending(numbersOf(pair))).toBe(true);
  });
});

describe("a lifetime", () => {
  test("ends messages that wait for their turn, and the reliable ones between them arrive", () => {
    const pair = open({ there: { delayMs: 10, rate: 100 } });
    const left: number[] = [];
    const meter = { onLeft: (bytes: number) => left.push(bytes) };
    for (let index = 0; index < 40; index += 1) {
      sendNumbered(pair, 1, 3000 + index, index % 10 === 9 ? { meter } : { meter, lifetimeMs: 200 });
    }
    const startMs = pair.nowMs;
    pair.runUntil(() => pair.first.bufferedBytes === 0);
    const sizes = pair.sides[1].messages.map(({ bytes }) => bytes.byteLength - 3000);
    expect(ascending(sizes)).toBe(true);
    expect([9, 19, 29, 39].every((index) => sizes.includes(index))).toBe(true);
    // 200 ms are enough for about six of them, and four have no limit.
    expect(sizes.length).toBeGreaterThan(5);
    expect(sizes.length).toBeLessThan(16);
    expect(pair.nowMs - startMs).toBeLessThan(1000);
    expect(left.reduce((sum, bytes) => sum + bytes, 0)).toBe(40 * 3000 + (39 * 40) / 2);
  });

  test("ends a message in the middle, although the peer has acknowledged what was sent of it", () => {
    const pair = open({ there: { delayMs: 10, rate: 100 } });
    pair.first.send(0, 53, bytesOf(200_000), { lifetimeMs: 300 });
    pair.first.send(0, 53, bytesOf(10, 1));
    pair.runUntil(() => pair.sides[1].messages.length === 1);
    expect(pair.sides[1].messages[0]?.bytes).toEqual(bytesOf(10, 1));
    expect(pair.nowMs).toBeLessThan(1500);
    pair.runUntil(() => pair.first.bufferedBytes === 0);
    pair.run(pair.nowMs + 1000);
    expect(pair.second.stats.heldBytes).toBe(0);
    pair.first.shutDown(pair.nowMs);
    pair.runUntil(() => pair.sides[0].end !== undefined);
    expect(pair.sides[0].end?.reason).toBe("shut-down");
  });

  test("begins when the message is given, also after a long silence", () => {
    const pair = open();
    pair.run(pair.nowMs + 25_000);
    pair.first.send(0, 53, bytesOf(10), { lifetimeMs: 5 });
    pair.run(pair.nowMs + 100);
    expect(pair.sides[1].messages).toHaveLength(1);
  });
});

describe("what tells the peer to skip", () => {
  test("is sent again when it was lost, and the program hears that less is buffered", () => {
    let sent = 0;
    const there = lossy(1, 1);
    const pair = open({ there, back: { delayMs: 10 }, first: { onSent: () => (sent += 1) } });
    sendNumbered(pair, 1, 10, {});
    pair.run(pair.nowMs + 1000);
    sent = 0;
    there.on = true;
    sendNumbered(pair, 3, 2000, { maxRetransmits: 0 });
    pair.run(pair.nowMs + 1500);
    expect([pair.first.bufferedBytes, sent > 0, pair.sides[0].end]).toEqual([0, true, undefined]);
    there.on = false;
    sendNumbered(pair, 1, 10, {});
    pair.runUntil(() => pair.sides[1].messages.length === 2);
  });

  test("ends the association if the peer never does, and costs nothing while it is idle", () => {
    const there = lossy(1, 1);
    const pair = open({ there, back: { delayMs: 10 }, first: { heartbeatMs: 0, maxRetransmissions: 4 } });
    sendNumbered(pair, 2, 2000, { maxRetransmits: 0 });
    pair.runUntil(() => pair.sides[1].messages.length === 2);
    pair.run(pair.nowMs + 10_000);
    expect(pair.first.deadline(pair.nowMs)).toBe(Number.POSITIVE_INFINITY);
    there.on = true;
    sendNumbered(pair, 2, 2000, { maxRetransmits: 0 });
    pair.runUntil(() => pair.sides[0].end !== undefined, 60_000);
    expect(pair.sides[0].end?.reason).toBe("no-answer");
  });

  test("does not take fragments behind it that have arrived already", () => {
    const pair = open({ there: { delayMs: 10 } });
    // The first message is lost, and the last fragment of the second one comes after the FORWARD TSN.
    const held: Uint8Array[] = [];
    let dropped = 0;
    pair.onPacket = (from, packet) => {
      const data = chunksOf(packet).filter(({ type }) => type === ChunkType.DATA);
      if (from !== 0 || data.length === 0) return true;
      const hasStream = (streamId: number, flag: number): boolean =>
        data.some(({ flags, value }) => value.getUint16(4) === streamId && (flags & flag) === flag);
      if (hasStream(0, 0) && dropped++ === 0) return false;
      if (hasStream(1, DataFlag.ENDING)) {
        if (held.length === 0) held.push(packet.slice());
        return false;
      }
      return true;
    };
    pair.first.send(0, 53, bytesOf(1000), { maxRetransmits: 0 });
    pair.first.send(1, 53, bytesOf(3300), {});
    pair.run(pair.nowMs + 150);
    pair.onPacket = undefined;
    pair.runUntil(() => pair.sides[1].messages.length === 1);
    expect(pair.sides[1].messages[0]?.bytes).toEqual(bytesOf(3300));
  });
});
