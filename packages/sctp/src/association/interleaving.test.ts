/* Interleaving (RFC 8260): streams take turns, in both directions, and with partial reliability. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mulberry32 } from "../testing/link/mulberry32.ts";
import { bytesOf, Pair, type PairOptions } from "../testing/pair.ts";
import { chunksOf } from "../testing/chunks.ts";
import { ChunkType } from "../wire/chunk-type.ts";
import { packetChecksum, writeChecksum } from "../wire/packet-header.ts";
import { PacketWriter } from "../wire/packet-writer.ts";

const both: PairOptions = { first: { interleaving: true }, second: { interleaving: true } };

function open(options: PairOptions = both): Pair {
  const pair = new Pair(options);
  pair.first.connect(0);
  pair.runUntil(() => pair.sides.every(({ opened }) => opened));
  return pair;
}

const { DATA, I_DATA, I_FORWARD_TSN, FORWARD_TSN } = ChunkType;

/** The types of the chunks with data, and of those that skip some, that either side sends. */
function watch(pair: Pair): Set<number> {
  const types = new Set<number>();
  pair.onPacket = (_from, packet) => {
    for (const { type } of chunksOf(packet))
      if (type === DATA || type === I_DATA || type === FORWARD_TSN || type === I_FORWARD_TSN) types.add(type);
    return true;
  };
  return types;
}

describe("is used", () => {
  test.each([
    [true, true, [I_DATA]],
    [true, false, [DATA]],
    [false, true, [DATA]],
    [false, false, [DATA]],
  ])("only if both sides want it (%s, %s)", (first, second, expected) => {
    const pair = open({ first: { interleaving: first }, second: { interleaving: second } });
    const types = watch(pair);
    pair.first.send(0, 53, bytesOf(5000));
    pair.second.send(0, 53, bytesOf(5000, 1));
    pair.runUntil(() => pair.sides.every(({ messages }) => messages.length === 1));
    expect([...types]).toEqual(expected);
    expect(pair.sides.map(({ association }) => association.interleaves)).toEqual([first && second, first && second]);
    expect(pair.sides[1].messages[0]).toEqual({ streamId: 0, protocolId: 53, unordered: false, bytes: bytesOf(5000) });
  });

  test("without a handshake, too (SNAP)", () => {
    const pair = new Pair(both);
    pair.first.openWith(pair.second.initChunk, 0);
    pair.second.openWith(pair.first.initChunk, 0);
    expect([pair.first.interleaves, pair.second.interleaves]).toEqual([true, true]);
  });
});

test("a small message does not wait for a large one of another stream", () => {
  const arrivals = [false, true].map((interleaving) => {
    const pair = open({ there: { delayMs: 10, rate: 200 }, first: { interleaving }, second: { interleaving } });
    pair.first.send(1, 53, bytesOf(120_000));
    pair.run(pair.nowMs + 300);
    const startMs = pair.nowMs;
    pair.first.send(2, 53, bytesOf(100));
    pair.runUntil(() => pair.sides[1].messages.some(({ streamId }) => streamId === 2));
    return pair.nowMs - startMs;
  });
  expect(arrivals[0]).toBeGreaterThan(300);
  expect(arrivals[1]).toBeLessThan(200);
});

test("two streams get half of the link each", () => {
  const pair = open({ there: { delayMs: 10, rate: 500 }, ...both });
  for (let index = 0; index < 50; index += 1) for (const streamId of [1, 2]) pair.first.send(streamId, 53, bytesOf(streamId * 10_000));
  pair.run(pair.nowMs + 1000);
  const arrived = [1, 2].map((streamId) =>
    pair.sides[1].messages.filter((message) => message.streamId === streamId).reduce((sum, { bytes }) => sum + bytes.byteLength, 0),
  );
  expect((arrived[0] ?? 0) / ((arrived[0] ?? 0) + (arrived[1] ?? 0))).toBeGreaterThan(0.45);
  expect((arrived[0] ?? 0) / ((arrived[0] ?? 0) + (arrived[1] ?? 0))).toBeLessThan(0.55);
});

test("many large messages at once don't fill the peer's window with parts", () => {
  const pair = open({
    there: { delayMs: 10, rate: 5000 },
    first: { interleaving: true },
    second: { interleaving: true, receiveWindowBytes: 128 * 1024 },
  });
  for (let streamId = 0; streamId < 20; streamId += 1) pair.first.send(streamId, 53, bytesOf(60_000, streamId));
  const startMs = pair.nowMs;
  pair.runUntil(() => pair.sides[1].messages.length === 20);
  expect(pair.nowMs - startMs).toBeLessThan(2000);
});

test("what is given up is skipped by message, ordered and unordered ones apart", () => {
  const random = mulberry32(3);
  let lossy = false;
  const pair = open({ there: { delayMs: 10, rate: 1000, loss: () => lossy && random() < 0.2 }, ...both });
  const types = watch(pair);
  lossy = true;
  for (let index = 0; index < 200; index += 1) {
    pair.first.send(index % 7, 53, bytesOf(1 + ((index * 97) % 3000)), { unordered: index % 3 === 0, maxRetransmits: index % 2 });
  }
  pair.runUntil(() => pair.first.bufferedBytes === 0);
  lossy = false;
  pair.run(pair.nowMs + 2000);
  expect([...types].toSorted((one, other) => one - other)).toEqual([I_DATA, I_FORWARD_TSN]);
  const arrived = pair.sides[1].messages.length;
  expect(arrived).toBeGreaterThan(100);
  expect(arrived).toBeLessThan(200);
  expect(pair.second.stats.heldBytes).toBe(0);
  for (let streamId = 0; streamId < 7; streamId += 1) {
    pair.first.send(streamId, 53, bytesOf(10));
    pair.first.send(streamId, 53, bytesOf(10), { unordered: true });
  }
  pair.runUntil(() => pair.sides[1].messages.length === arrived + 14);
});

describe("a peer that breaks the rules", () => {
  /** An open pair, and what writes valid packets to its second side, as from the first. */
  function attacked() {
    const pair = new Pair({
      first: { interleaving: true },
      second: { interleaving: true, receiveWindowBytes: 64 * 1024, maxMessageBytes: 20_000 },
    });
    let [tag, tsn] = [0, 0];
    pair.onPacket = (from, packet) => {
      const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
      if (from === 1 && packet[12] === ChunkType.INIT_ACK) tag = view.getUint32(16);
      if (from === 0 && packet[12] === ChunkType.INIT) tsn = view.getUint32(28);
      return true;
    };
    pair.first.connect(0);
    pair.runUntil(() => pair.sides.every(({ opened }) => opened));
    const writer = new PacketWriter(1172);
    const attack = (write: (writer: PacketWriter) => void): void => {
      writer.begin(5000, 5000, tag);
      write(writer);
      const packet = writer.finish(true).slice();
      writeChecksum(packet, packetChecksum(packet));
      pair.second.receive(packet, pair.nowMs);
    };
    return { pair, attack, tsn };
  }

  const ten = bytesOf(10);
  const payload = bytesOf(500);

  test("loses the association for DATA and FORWARD-TSN", () => {
    for (const write of [
      (writer: PacketWriter, tsn: number) => writer.data(3, tsn, 0, 0, 53, ten, 0, 10),
      (writer: PacketWriter, tsn: number) => writer.forwardTsn(tsn, []),
    ]) {
      const { pair, attack, tsn } = attacked();
      attack((writer) => write(writer, tsn));
      expect(pair.sides[1].end?.reason).toBe("protocol-violation");
    }
  });

  test.each([
    [
      "two first fragments",
      [
        [2, 0],
        [2, 0],
      ],
    ],
    [
      "a fragment twice",
      [
        [0, 1],
        [0, 1],
      ],
    ],
    ["a fragment that is not the first with its number", [[0, 0]]],
    [
      "a fragment after the last one",
      [
        [1, 3],
        [0, 4],
      ],
    ],
    [
      "a last one before one that has come",
      [
        [0, 4],
        [1, 3],
      ],
    ],
    [
      "two last ones",
      [
        [1, 3],
        [1, 2],
      ],
    ],
    [
      "a whole message with the number of another's fragment",
      [
        [2, 0],
        [3, 0],
      ],
    ],
  ])("loses it for %s", (_, fragments) => {
    const { pair, attack, tsn } = attacked();
    for (const [index, [flags, number]] of fragments.entries()) {
      attack((writer) => writer.iData(flags ?? 0, tsn + index + 1, 5, 0, number ?? 0, ten, 0, 10));
    }
    expect(pair.sides[1].end).toMatchObject({ reason: "protocol-violation", message: expect.stringContaining("bad-fragments") as string });
  });

  test("loses it for a message over the maximum size, before its end has come", () => {
    const { pair, attack, tsn } = attacked();
    for (let index = 0; index < 30 && pair.second.state !== "ended"; index += 1) {
      attack((writer) => writer.iData(index === 0 ? 2 : 0, tsn + index, 5, 0, index, bytesOf(1000), 0, 1000));
    }
    expect(pair.sides[1].end).toMatchObject({ message: expect.stringContaining("message-too-large") as string });
    expect(pair.second.stats.heldBytes).toBeLessThan(25_000);
  });

  test("fills no more than the window, and its resets and skips set all of it free", () => {
    const chunk = fc.record({
      flags: fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 7),
      ahead: fc.integer({ min: 0, max: 40 }),
      streamId: fc.integer({ min: 0, max: 3 }),
      messageId: fc.oneof(fc.integer({ min: 0, max: 4 }), fc.constant(0xffff_ffff)),
      number: fc.integer({ min: 0, max: 5 }),
      skips: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(chunk, { maxLength: 40 }), (chunks) => {
        const { pair, attack, tsn } = attacked();
        for (const { flags, ahead, streamId, messageId, number, skips } of chunks) {
          attack((writer) => {
            if (skips && number === 0) writer.iForwardTsn((tsn + ahead) >>> 0, [{ streamId, unordered: flags > 3, messageId }]);
            else writer.iData(flags, (tsn + ahead) >>> 0, streamId, messageId, number, payload, 0, 500);
          });
        }
        expect(pair.second.stats.heldBytes).toBeLessThanOrEqual(65 * 1024);
        if (pair.second.state === "ended") return;
        const all = [0, 1, 2, 3].flatMap((streamId) => [false, true].map((unordered) => ({ streamId, unordered, messageId: 0x4000_0000 })));
        attack((writer) => writer.iForwardTsn((tsn + 100) >>> 0, all));
        expect(pair.second.stats.heldBytes).toBe(0);
      }),
      { seed: 8260, numRuns: 100 },
    );
  });
});
