/* Packets of a peer that breaks the rules: bounded memory and time, no exception, and a reason where it ends. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mulberry32 } from "../testing/link/mulberry32.ts";
import { bytesOf, Pair } from "../testing/pair.ts";
import { ChunkType } from "../wire/chunk-type.ts";
import { packetChecksum, writeChecksum } from "../wire/packet-header.ts";
import { PacketWriter } from "../wire/packet-writer.ts";

/** An open pair, and what writes valid packets to its second side, as from the first. */
function attacked() {
  const pair = new Pair({ second: { receiveWindowBytes: 64 * 1024, maxPathPacketBytes: 1372 } });
  let tag = 0;
  let tsn = 0;
  let ownTsn = 0;
  pair.onPacket = (from, packet) => {
    const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
    if (from === 1 && packet[12] === ChunkType.INIT_ACK) [tag, ownTsn] = [view.getUint32(16), view.getUint32(28)];
    if (from === 0 && packet[12] === ChunkType.INIT) tsn = view.getUint32(28);
    return true;
  };
  pair.first.connect(0);
  pair.runUntil(() => pair.sides.every(({ opened }) => opened));
  const writer = new PacketWriter(1172);
  const attack = (write: (writer: PacketWriter) => void, change: (packet: Uint8Array) => void = () => {}): void => {
    writer.begin(5000, 5000, tag);
    write(writer);
    const packet = writer.finish(true).slice();
    change(packet);
    writeChecksum(packet, packetChecksum(packet));
    pair.second.receive(packet, pair.nowMs);
  };
  return { pair, attack, firstTsn: tsn, ownTsn };
}

const NO_GAPS = new Uint16Array(0);
const NO_DUPLICATES = new Uint32Array(0);

describe("a peer that breaks the rules", () => {
  test("any chunk leaves an association that works, or one that has ended with a reason", () => {
    const chunk = fc.record({
      type: fc.integer({ min: 0, max: 255 }),
      flags: fc.integer({ min: 0, max: 255 }),
      value: fc.uint8Array({ minLength: 4, maxLength: 60 }),
    });
    fc.assert(
      fc.property(fc.array(chunk, { minLength: 1, maxLength: 20 }), (chunks) => {
        const { pair, attack } = attacked();
        for (const { type, flags, value } of chunks) {
          attack(
            (writer) => writer.cookieEcho(value),
            (packet) => {
              packet[12] = type;
              packet[13] = flags;
            },
          );
        }
        pair.run(pair.nowMs + 1000);
        if (pair.second.state === "ended") {
          expect(pair.sides[1].end?.reason).toBeDefined();
          return;
        }
        if (pair.second.state !== "established") return; // It is being shut down.
        pair.first.send(0, 53, bytesOf(2000));
        pair.run(pair.nowMs + 60_000);
        expect(pair.sides[1].messages.length + (pair.sides[0].end === undefined ? 0 : 1)).toBeGreaterThan(0);
      }),
      { numRuns: 300, seed: 11 },
    );
  });

  test("packets with bits changed at random never throw, and the association goes on or ends with a reason", () => {
    for (let seed = 1; seed <= 30; seed += 1) {
      const random = mulberry32(seed);
      const pair = new Pair({ seed, there: { delayMs: 5 }, first: { carrierProtects: true }, second: { carrierProtects: true } });
      pair.first.connect(0);
      pair.runUntil(() => pair.sides.every(({ opened }) => opened));
      // From here on there is no checksum, so changed packets are read.
      pair.onPacket = (_from, packet) => {
        const changed = packet.slice();
        if (random() < 0.3) {
          const at = 8 + Math.floor(random() * (changed.byteLength - 8));
          changed[at] = Math.floor(random() * 256);
        }
        return changed;
      };
      for (let index = 0; index < 50; index += 1) pair.first.send(index % 5, 53, bytesOf(1 + Math.floor(random() * 4000)));
      pair.run(pair.nowMs + 60_000);
      for (const { association, end } of pair.sides) if (association.state === "ended") expect(end?.reason).toBeDefined();
    }
  });

  test("a SACK for what was never sent ends it", () => {
    const { pair, attack, ownTsn } = attacked();
    attack((writer) => writer.sack((ownTsn + 5) >>> 0, 100_000, NO_GAPS, 0, NO_DUPLICATES, 0));
    expect(pair.sides[1].end?.reason).toBe("protocol-violation");
  });

  test("a message without an end, and ones that wait for an earlier one, fill no more than the window", () => {
    for (const [flags, step] of [
      [0x02, 1],
      [0x00, 1],
      [0x03, 2],
    ] as const) {
      const { pair, attack, firstTsn } = attacked();
      for (let index = 1; index <= 2000; index += 1) {
        attack((writer) => writer.data(flags, (firstTsn + index * step) >>> 0, 1, index, 53, bytesOf(1000), 0, 1000));
        pair.run(pair.nowMs);
      }
      expect(pair.second.stats.heldBytes).toBeLessThanOrEqual(64 * 1024 + 1064);
    }
  });

  test("floods of INIT, HEARTBEAT and unknown chunks are answered a few at a time", () => {
    const { pair, attack } = attacked();
    const init = {
      initiateTag: 7,
      windowBytes: 100_000,
      outboundStreams: 10,
      inboundStreams: 10,
      initialTsn: 1,
      parameters: new Uint8Array(0),
    };
    const writer = new PacketWriter(1172);
    for (let index = 0; index < 1000; index += 1) {
      writer.begin(5000, 5000, 0);
      writer.init(ChunkType.INIT, init);
      pair.second.receive(writer.finish(false).slice(), pair.nowMs);
      attack((packet) => packet.heartbeat(Uint8Array.of(0, 1, 0, 8, 1, 2, 3, 4)));
    }
    let answers = 0;
    while (pair.second.poll(pair.nowMs) !== undefined) answers += 1;
    expect(answers).toBeLessThan(20);
    expect(pair.second.state).toBe("established");
  });

  test("a peer whose window stays closed gets a probe now and then, and no more", () => {
    const { pair } = attacked();
    let window = 1;
    pair.onPacket = (from, packet) => {
      if (from === 1 && packet[12] === ChunkType.SACK) {
        const changed = packet.slice();
        new DataView(changed.buffer).setUint32(20, window);
        return changed;
      }
      return true;
    };
    window = 0;
    for (let index = 0; index < 100; index += 1) pair.first.send(0, 53, bytesOf(1000));
    pair.run(pair.nowMs + 10_000);
    expect(pair.packets[0]).toBeLessThan(150);
    expect(pair.sides[0].end).toBeUndefined();
  });
});
