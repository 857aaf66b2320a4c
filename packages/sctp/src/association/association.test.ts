import { describe, expect, test } from "vitest";
import { Association } from "./association.ts";
import { bytesOf, Pair, type PairOptions } from "../testing/pair.ts";
import { mulberry32 } from "../testing/link/mulberry32.ts";

const sameBytes = (one: Uint8Array | undefined, other: Uint8Array): boolean =>
  one?.byteLength === other.byteLength && one.every((byte, index) => byte === other[index]);

/** An open pair. */
function open(options: PairOptions = {}): Pair {
  const pair = new Pair(options);
  pair.first.connect(0);
  pair.runUntil(() => pair.sides.every(({ opened }) => opened));
  return pair;
}

describe("the handshake", () => {
  test("opens both sides in two round trips, from either side and from both at once", () => {
    for (const connect of [[0], [1], [0, 1]] as const) {
      const pair = new Pair();
      for (const side of connect) pair.sides[side].association.connect(0);
      pair.run(100);
      expect(pair.sides.map(({ opened }) => opened)).toEqual([true, true]);
      expect(pair.sides.map(({ association }) => association.state)).toEqual(["established", "established"]);
    }
  });

  test("opens although 40 % of the packets are lost", () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const random = mulberry32(seed);
      const loss = (): boolean => random() < 0.4;
      const pair = new Pair({ seed, there: { delayMs: 10, loss }, back: { delayMs: 10, loss } });
      pair.first.connect(0);
      pair.runUntil(() => pair.sides.every(({ opened }) => opened), 200_000);
    }
  });

  test("needs no packet if each side has the other's INIT chunk (SNAP)", () => {
    const pair = new Pair();
    expect(pair.first.openWith(pair.second.initChunk, 0)).toBe(true);
    expect(pair.second.openWith(pair.first.initChunk, 0)).toBe(true);
    expect(pair.sides.map(({ opened }) => opened)).toEqual([true, true]);
    pair.first.send(0, 53, bytesOf(10_000));
    pair.runUntil(() => pair.sides[1].messages.length === 1);
  });

  test("an INIT chunk that can't be used opens nothing, and is known beforehand", () => {
    const { first, second } = new Pair();
    const chunk = second.initChunk;
    expect(Association.canOpenWith(chunk)).toBe(true);
    const withTag0 = chunk.slice();
    withTag0.fill(0, 4, 8);
    for (const bad of [new Uint8Array(0), chunk.subarray(0, 12), withTag0, Uint8Array.of(...chunk, 0, 0, 0, 0)]) {
      expect([Association.canOpenWith(bad), first.openWith(bad, 0)]).toEqual([false, false]);
    }
    expect(first.openWith(chunk, 0)).toBe(true);
  });

  test("goes to the port that is set before it begins", () => {
    const pair = new Pair({ first: { destinationPort: 1 }, second: { sourcePort: 6000 } });
    pair.first.setDestinationPort(6000);
    pair.first.connect(0);
    pair.run(100);
    expect(pair.sides.map(({ opened }) => opened)).toEqual([true, true]);
  });

  test("ends with no-answer if the peer never answers", () => {
    const pair = new Pair({ there: { delayMs: 1, loss: () => true } });
    pair.first.connect(0);
    pair.run(200_000);
    expect(pair.sides[0].end?.reason).toBe("no-answer");
    expect(pair.first.deadline(pair.nowMs)).toBe(Number.POSITIVE_INFINITY);
  });

  test("a cookie that was changed is ignored, and nothing is kept for an INIT", () => {
    const pair = new Pair();
    pair.onPacket = (from, packet) => {
      if (from === 0 && packet[12] === 10) packet[20] = (packet[20] ?? 0) ^ 1;
      return true;
    };
    pair.first.connect(0);
    pair.run(5000);
    expect(pair.second.state).toBe("closed");
    expect(pair.second.ignoredPackets).toBeGreaterThan(0);
  });
});

describe("messages", () => {
  test.each([1, 100, 1144, 1145, 5000, 262_144])("of %i bytes arrive as they were sent, both ways", (length) => {
    const pair = open();
    pair.first.send(3, 53, bytesOf(length, 1));
    pair.second.send(4, 51, bytesOf(length, 2));
    pair.runUntil(() => pair.sides.every(({ messages }) => messages.length === 1));
    for (const [side, streamId, protocolId, seed] of [
      [1, 3, 53, 1],
      [0, 4, 51, 2],
    ] as const) {
      const [message] = pair.sides[side].messages;
      expect(message).toMatchObject({ streamId, protocolId, unordered: false });
      expect(sameBytes(message?.bytes, bytesOf(length, seed))).toBe(true);
    }
    pair.runUntil(() => pair.first.bufferedBytes === 0 && pair.second.bufferedBytes === 0);
  });

  test("that are given before it is open arrive, in order", () => {
    const pair = new Pair();
    for (let index = 0; index < 20; index += 1) pair.first.send(0, 53, bytesOf(100 + index, index));
    pair.first.connect(0);
    pair.runUntil(() => pair.sides[1].messages.length === 20);
    expect(pair.sides[1].messages.map(({ bytes }) => bytes.byteLength)).toEqual(Array.from({ length: 20 }, (_, index) => 100 + index));
  });

  test("stay as they are although the buffer of their packet is used again, also if its slice() does not copy (Node)", () => {
    class NodeLike extends Uint8Array {
      override slice(start?: number, end?: number): Uint8Array<ArrayBuffer> {
        return super.subarray(start, end);
      }
    }
    const pair = open();
    const buffer = new NodeLike(2000);
    const { endpoint } = pair.sides[1];
    const receive = endpoint.receive.bind(endpoint);
    endpoint.receive = (packet, nowMs) => {
      buffer.set(packet);
      receive(buffer.subarray(0, packet.byteLength), nowMs);
      buffer.fill(0);
    };
    pair.first.send(0, 53, bytesOf(100));
    pair.first.send(0, 53, bytesOf(5000));
    pair.runUntil(() => pair.sides[1].messages.length === 2);
    const [small, large] = pair.sides[1].messages;
    expect([small?.bytes, large?.bytes]).toEqual([bytesOf(100), bytesOf(5000)]);
  });

  test.each([1, 3])("that are large are not held back by the rate of %i tiny ones before", (tiny) => {
    const pair = open();
    for (let index = 0; index < tiny; index += 1) {
      pair.first.send(0, 53, bytesOf(1));
      pair.run(pair.nowMs + 200);
    }
    const startMs = pair.nowMs;
    pair.first.send(0, 53, bytesOf(20_000));
    pair.runUntil(() => pair.sides[1].messages.length === tiny + 1);
    expect(pair.nowMs - startMs).toBeLessThan(100);
  });

  test("a larger one than the receiver takes ends it", () => {
    const pair = open({ second: { maxMessageBytes: 10_000 } });
    pair.first.send(0, 53, bytesOf(10_001));
    pair.runUntil(() => pair.sides[1].end !== undefined);
    expect(pair.sides[1].end?.reason).toBe("protocol-violation");
    pair.runUntil(() => pair.sides[0].end !== undefined);
    expect(pair.sides[0].end).toMatchObject({ reason: "peer-aborted", message: expect.stringContaining("message-too-large") as string });
  });

  test("empty ones, and streams that don't exist, are refused", () => {
    const pair = open({ second: { streams: 10 } });
    expect(() => pair.first.send(0, 53, new Uint8Array(0))).toThrow(RangeError);
    expect(() => pair.first.send(10, 53, new Uint8Array(1))).toThrow(RangeError);
    pair.first.send(9, 53, new Uint8Array(1));
  });

  test.each([0, 0.01, 0.1, 0.3])("come once and in order per stream with a loss of %d, reordering and duplicates", (share) => {
    for (let seed = 1; seed <= 5; seed += 1) {
      const random = mulberry32(seed * 7919);
      const link = { delayMs: 20, rate: 2000, loss: () => random() < share, reorderShare: 0.1, reorderMs: 15, random };
      const pair = open({ seed, there: { ...link }, back: { ...link } });
      const sent: [number, number][] = [];
      for (let index = 0; index < 150; index += 1) {
        const [streamId, length] = [index % 3, 1 + Math.floor(random() * 6000)];
        sent.push([streamId, length]);
        pair.first.send(streamId, 53, bytesOf(length, index), { unordered: streamId === 2 });
      }
      pair.runUntil(() => pair.sides[1].messages.length === sent.length, 600_000);
      for (const streamId of [0, 1]) {
        const lengths = sent.filter(([stream]) => stream === streamId).map(([, length]) => length);
        expect(pair.sides[1].messages.filter((message) => message.streamId === streamId).map(({ bytes }) => bytes.byteLength)).toEqual(
          lengths,
        );
      }
      expect(pair.sides[1].messages.filter(({ streamId }) => streamId === 2)).toHaveLength(50);
      pair.run(pair.nowMs + 1000);
      expect(pair.sides[1].messages).toHaveLength(sent.length);
    }
  });
});

describe("the end", () => {
  test("shutDown() waits until everything arrived; both sides end with shut-down", () => {
    const pair = open({ there: { delayMs: 10, rate: 100 } });
    pair.first.send(0, 53, bytesOf(50_000));
    pair.first.shutDown(pair.nowMs);
    expect(() => pair.first.send(0, 53, new Uint8Array(1))).toThrow("shutdown-pending");
    pair.runUntil(() => pair.sides.every(({ end }) => end !== undefined));
    expect(pair.sides.map(({ end }) => end?.reason)).toEqual(["shut-down", "shut-down"]);
    expect(pair.sides[1].messages).toHaveLength(1);
  });

  test("shutting down on both sides at once ends both", () => {
    const pair = open();
    pair.first.shutDown(pair.nowMs);
    pair.second.shutDown(pair.nowMs);
    pair.run(pair.nowMs + 20_000);
    expect(pair.sides.map(({ end }) => end?.reason)).toEqual(["shut-down", "shut-down"]);
  });

  test("abort() tells the peer why", () => {
    const pair = open();
    pair.first.abort("no longer needed");
    pair.run(pair.nowMs + 50);
    expect(pair.sides[0].end).toEqual({ reason: "aborted", message: "no longer needed" });
    expect(pair.sides[1].end).toMatchObject({ reason: "peer-aborted", message: expect.stringContaining("no longer needed") as string });
  });

  test("a peer that restarts (RFC 9260, 5.2.4.1, action A) ends it, and its new association gets no answer", () => {
    const pair = open();
    const restarted = new Pair({ seed: 2 }).first;
    restarted.connect(pair.nowMs);
    // Two round trips without a path between them.
    for (let round = 0; round < 4; round += 1) {
      for (let packet = restarted.poll(pair.nowMs); packet !== undefined; packet = restarted.poll(pair.nowMs)) {
        pair.second.receive(packet.slice(), pair.nowMs);
      }
      for (let packet = pair.second.poll(pair.nowMs); packet !== undefined; packet = pair.second.poll(pair.nowMs)) {
        restarted.receive(packet.slice(), pair.nowMs);
      }
    }
    expect(pair.sides[1].end).toEqual({ reason: "peer-restarted", message: "the peer began a new association" });
    expect(restarted.state).toBe("cookie-echoed");
    expect(pair.second.deadline(pair.nowMs)).toBe(Number.POSITIVE_INFINITY);
  });

  test("a path that is cut for good ends it with no-answer; one that comes back does not", () => {
    let cut = false;
    const pair = open({ there: { delayMs: 10, loss: () => cut }, back: { delayMs: 10, loss: () => cut } });
    cut = true;
    pair.first.send(0, 53, bytesOf(5000));
    pair.run(pair.nowMs + 20_000);
    expect(pair.sides[0].end).toBeUndefined();
    cut = false;
    pair.runUntil(() => pair.sides[1].messages.length === 1, 15_000);
    cut = true;
    pair.first.send(0, 53, bytesOf(5000));
    pair.run(pair.nowMs + 500_000);
    expect(pair.sides.map(({ end }) => end?.reason)).toEqual(["no-answer", "no-answer"]);
  });
});

describe("a silent path", () => {
  test("gets one probe, and then time-outs that back off, until the association ends", () => {
    let cut = false;
    const pair = open({ there: { delayMs: 10, loss: () => cut }, first: { heartbeatMs: 0, maxRetransmissions: 5 } });
    pair.first.send(0, 53, bytesOf(50_000));
    pair.run(pair.nowMs + 1000);
    cut = true;
    const packets = pair.packets[0];
    const startMs = pair.nowMs;
    for (let index = 0; index < 2; index += 1) pair.first.send(0, 53, bytesOf(50, index));
    pair.runUntil(() => pair.sides[0].end !== undefined);
    expect(pair.sides[0].end?.reason).toBe("no-answer");
    // The first transmission, a probe, five time-outs of 200 ms and up, and ABORT.
    expect(pair.packets[0] - packets).toBeLessThanOrEqual(8 + 5);
    expect(pair.nowMs - startMs).toBeLessThan(200 * 2 ** 6 + 1000);
  });
});

describe("stream reset (RFC 6525)", () => {
  test("takes effect after the messages before it, and the stream starts again", () => {
    const resets: (readonly number[])[] = [];
    const done: boolean[] = [];
    const random = mulberry32(5);
    const loss = (): boolean => random() < 0.1;
    const pair = open({
      there: { delayMs: 10, loss },
      back: { delayMs: 10, loss },
      first: { onResetDone: (_streamIds, accepted) => done.push(accepted) },
      second: { onPeerReset: (streamIds) => resets.push(streamIds) },
    });
    for (let index = 0; index < 30; index += 1) pair.first.send(5, 53, bytesOf(3000, index));
    expect(pair.first.resetStreams([5])).toBe(true);
    pair.runUntil(() => done.length > 0);
    expect(pair.sides[1].messages).toHaveLength(30);
    expect([resets, done]).toEqual([[[5]], [true]]);
    pair.first.send(5, 53, bytesOf(10));
    pair.runUntil(() => pair.sides[1].messages.length === 31);
  });
});
