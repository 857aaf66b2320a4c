/* A peer that breaks the rules of data channels: it costs that peer the channel or the association, and this side bounded memory. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type RecordedChannel, recordChannel } from "../testing/channel-pair.ts";
import { bytesOf as bytesOfHex } from "../testing/recording-handler.ts";
import { bytesOf, Pair } from "../testing/pair.ts";
import type { DataChannelsOptions } from "./channels-options.ts";
import { DataChannels } from "./data-channels.ts";
import { ChannelPriority, encodeDataChannelOpen, PayloadProtocol } from "./dcep.ts";

const openMessage = (label = "a", protocol = ""): Uint8Array =>
  encodeDataChannelOpen({ ordered: true, priority: ChannelPriority.NORMAL, label, protocol });

/** The second side has channels, as the server; the first one is an association that sends what the test wants. */
function attacked(options: Partial<DataChannelsOptions> = {}) {
  const accepted: RecordedChannel[] = [];
  const resets: number[] = [];
  let channels: DataChannels | undefined;
  const pair = new Pair({
    first: { onPeerReset: (streamIds) => resets.push(...streamIds) },
    build: (side, association) => {
      if (side === 0) return undefined;
      channels = new DataChannels({
        role: "server",
        ...association,
        ...options,
        onChannel: (channel) => accepted.push(recordChannel(channel)),
      });
      return channels;
    },
  });
  pair.first.connect(0);
  pair.runUntil(() => pair.sides.every(({ opened }) => opened));
  const run = (): void => pair.run(pair.nowMs + 200);
  const acks = (): number[] => pair.sides[0].messages.filter(({ protocolId }) => protocolId === 50).map(({ streamId }) => streamId);
  if (channels === undefined) throw new Error("nothing was built");
  return { pair, channels, accepted, resets, acks, run };
}

describe("a channel of the peer's is refused by a reset, without an ACK,", () => {
  test.each([
    ["if its id is one of this side's", 1, openMessage()],
    ["if its OPEN is cut", 0, openMessage().subarray(0, 11)],
    ["if its OPEN has bytes at its end", 0, Uint8Array.of(...openMessage(), 0)],
    ["if its channel type is unknown", 0, bytesOfHex("03 03 0100 00000000 0001 0000 61")],
    ["if its label is no UTF-8", 0, bytesOfHex("03 00 0100 00000000 0001 0000 ff")],
    ["if its names are too long", 0, openMessage("x".repeat(65_000), "y".repeat(65_000))],
  ])("%s", (_, streamId, message) => {
    const { pair, accepted, resets, acks, run } = attacked({ maxPeerNameBytes: 100_000 });
    pair.first.send(streamId, PayloadProtocol.DCEP, message);
    run();
    expect([accepted, resets, acks()]).toEqual([[], [streamId], []]);
    // Once the peer has reset its direction, the id is free again.
    pair.first.resetStreams([streamId]);
    run();
    pair.first.send(0, PayloadProtocol.DCEP, openMessage());
    run();
    expect(accepted).toHaveLength(1);
  });
});

describe("an open channel closes", () => {
  test.each([
    ["on a second OPEN", PayloadProtocol.DCEP, openMessage()],
    ["on an OPEN that is malformed", PayloadProtocol.DCEP, Uint8Array.of(3)],
    ["on a message in parts, which is deprecated: binary", 52, bytesOf(3)],
    ["on a message in parts, which is deprecated: text", 54, bytesOf(3)],
    ["on a message of an unknown protocol", 1234, bytesOf(3)],
  ])("%s", (_, protocolId, message) => {
    const { pair, accepted, resets, run } = attacked();
    pair.first.send(0, PayloadProtocol.DCEP, openMessage());
    pair.first.send(0, protocolId, message);
    run();
    expect([resets, accepted[0]?.channel.state]).toEqual([[0], "closing"]);
    pair.first.resetStreams([0]);
    run();
    expect([accepted[0]?.messages, accepted[0]?.closed]).toEqual([[], ["protocol-violation"]]);
  });
});

describe("what changes nothing", () => {
  test.each([
    ["a message on a stream without a channel", 4, PayloadProtocol.BINARY, bytesOf(1000)],
    ["an ACK there", 4, PayloadProtocol.DCEP, Uint8Array.of(2)],
    ["an unknown DCEP message there", 4, PayloadProtocol.DCEP, Uint8Array.of(9)],
    ["an unknown DCEP message on a channel", 0, PayloadProtocol.DCEP, Uint8Array.of(9)],
    ["an OPEN on the stream that must not be used", 65_535, PayloadProtocol.DCEP, openMessage()],
  ])("%s is dropped", (_, streamId, protocolId, message) => {
    const { pair, channels, accepted, resets, run } = attacked();
    pair.first.send(0, PayloadProtocol.DCEP, openMessage());
    run();
    Object.defineProperty(pair.first, "outboundStreams", { value: 65_536 });
    pair.first.send(streamId, protocolId, message);
    run();
    expect(channels.ignoredMessages).toBe(1);
    expect([resets, accepted.length, accepted[0]?.channel.state, pair.second.stats.heldBytes]).toEqual([[], 1, "open", 0]);
  });

  test("an ACK that was not asked for", () => {
    const { pair, channels, accepted, run } = attacked();
    pair.first.send(0, PayloadProtocol.DCEP, openMessage());
    pair.first.send(0, PayloadProtocol.DCEP, Uint8Array.of(2));
    run();
    expect([accepted[0]?.channel.state, channels.ignoredMessages]).toEqual(["open", 0]);
  });

  test("bytes of a text that are not UTF-8 become U+FFFD, and what an empty message carries is ignored", () => {
    const { pair, accepted, run } = attacked();
    pair.first.send(0, PayloadProtocol.DCEP, openMessage());
    pair.first.send(0, PayloadProtocol.STRING, Uint8Array.of(0x61, 0xff));
    pair.first.send(0, PayloadProtocol.STRING_EMPTY, Uint8Array.of(0x61, 0x62));
    pair.first.send(0, PayloadProtocol.BINARY_EMPTY, Uint8Array.of(0x61, 0x62));
    run();
    expect(accepted[0]?.messages).toEqual(["a\ufffd", "", new Uint8Array(0)]);
  });
});

describe("a flood", () => {
  test("of channels is refused over the limit, and over twice the limit it ends the association", () => {
    const { pair, accepted, resets, acks, run } = attacked({ maxPeerChannels: 10 });
    for (let id = 0; id < 20; id += 1) pair.first.send(2 * id, PayloadProtocol.DCEP, openMessage());
    run();
    expect([accepted.length, acks().length]).toEqual([10, 10]);
    expect(resets).toEqual(Array.from({ length: 10 }, (_, index) => 20 + 2 * index));
    expect(pair.sides[1].end).toBeUndefined();
    pair.first.send(40, PayloadProtocol.DCEP, openMessage());
    run();
    expect(pair.sides[1].end?.reason).toBe("protocol-violation");
    expect(accepted.map(({ closed }) => closed)).toEqual(Array.from({ length: 10 }, () => ["association-ended"]));
  });

  test("of channels that are opened and closed in turn is none", () => {
    const { pair, accepted, run } = attacked({ maxPeerChannels: 2 });
    for (let round = 0; round < 10; round += 1) {
      for (const id of [0, 2]) pair.first.send(id, PayloadProtocol.DCEP, openMessage());
      run();
      pair.first.resetStreams([0, 2]);
      run();
    }
    expect(accepted.map(({ closed }) => closed)).toEqual(Array.from({ length: 20 }, () => ["peer-closed"]));
  });

  test("of names is refused over the limit of bytes", () => {
    const { pair, accepted, run } = attacked({ maxPeerNameBytes: 1000 });
    for (let id = 0; id < 10; id += 1) pair.first.send(2 * id, PayloadProtocol.DCEP, openMessage("x".repeat(200), "y".repeat(100)));
    run();
    expect(accepted).toHaveLength(3);
  });
});

test("a peer that can't reset streams: a channel closes at once, and its id is never used again", () => {
  const { pair, channels, run } = attacked();
  pair.second.resetStreams = () => false;
  const recorded = recordChannel(channels.create("a", { negotiated: true, id: 3 }));
  recorded.channel.close();
  run();
  expect(recorded.closed).toEqual(["closed"]);
  expect(() => channels.create("b", { negotiated: true, id: 3 })).toThrow("in use");
});

test("any messages and resets leave channels that work, or an association that has ended with a reason", () => {
  const message = fc.oneof(
    fc.record({
      streamId: fc.integer({ min: 0, max: 5 }),
      protocolId: fc.constantFrom(50, 50, 51, 52, 53, 56, 57, 99),
      bytes: fc.oneof(
        fc.constant(openMessage()),
        fc.constant(Uint8Array.of(2)),
        fc.uint8Array({ minLength: 1, maxLength: 30 }),
        fc.uint8Array({ minLength: 11, maxLength: 30 }).map((bytes) => Uint8Array.of(3, ...bytes)),
      ),
      unordered: fc.boolean(),
    }),
    fc.record({ resets: fc.uniqueArray(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 3 }) }),
    fc.record({ created: fc.boolean() }),
    fc.record({ waitMs: fc.integer({ min: 0, max: 60 }) }),
  );
  fc.assert(
    fc.property(fc.array(message, { maxLength: 30 }), (steps) => {
      const { pair, channels, accepted } = attacked({ maxPeerChannels: 4 });
      const own: RecordedChannel[] = [];
      for (const step of steps) {
        if ("resets" in step) pair.first.resetStreams(step.resets);
        else if ("waitMs" in step) pair.run(pair.nowMs + step.waitMs);
        else if ("created" in step) {
          if (channels.association.acceptsMessages) own.push(recordChannel(channels.create("own", step.created ? {} : { ordered: false })));
        } else if (pair.first.acceptsMessages) pair.first.send(step.streamId, step.protocolId, step.bytes, step);
      }
      pair.run(pair.nowMs + 60_000);
      for (const { channel, closed } of [...accepted, ...own]) {
        expect(closed.length).toBe(channel.state === "closed" ? 1 : 0);
        if (channel.state === "open") channel.send("still works");
      }
      pair.run(pair.nowMs + 60_000);
      for (const { association, end } of pair.sides) if (association.state === "ended") expect(end?.reason).toBeDefined();
    }),
    { seed: 8831, numRuns: 80 },
  );
});
