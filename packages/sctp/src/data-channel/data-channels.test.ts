import { describe, expect, test } from "vitest";
import { ChannelPair, recordChannel } from "../testing/channel-pair.ts";
import { bytesOf } from "../testing/pair.ts";
import { DataChannelError } from "./channel-error.ts";
import type { ChannelOptions } from "./channel-options.ts";
import type { ChannelData } from "./user-message.ts";

/** The reason of the error that a call throws. */
function reasonOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof DataChannelError) return error.reason;
    throw error;
  }
  return "none";
}

const open = (): ChannelPair => new ChannelPair().open();

describe("opening", () => {
  test("a channel of either side arrives with its settings, is open on both, and gets ids of its side", () => {
    const pair = open();
    const settings: ChannelOptions = { ordered: false, maxRetransmits: 3, protocol: "p" };
    const [own, other] = pair.opened("é", settings);
    for (const { channel } of [own, other]) {
      expect(channel).toMatchObject({ id: 0, label: "é", protocol: "p", ordered: false, maxRetransmits: 3, maxPacketLifeTime: undefined });
      expect(channel.state).toBe("open");
    }
    expect([own.opened, other.opened]).toEqual([1, 1]);
    const back = pair.create(1, "b", { maxPacketLifeTime: 50 });
    pair.runUntil(() => pair.accepted[0].length === 1);
    expect(back.channel.id).toBe(1);
    expect(pair.accepted[0][0]?.channel).toMatchObject({ id: 1, label: "b", ordered: true, maxPacketLifeTime: 50 });
  });

  test("a channel that is created before the association opens is opened with it", () => {
    const pair = new ChannelPair();
    const early = pair.create(0, "early");
    expect(early.channel.state).toBe("connecting");
    expect(reasonOf(() => early.channel.send("x"))).toBe("not-open");
    pair.open();
    expect(early.opened).toBe(1);
    pair.runUntil(() => pair.accepted[1].length === 1);
  });

  test("the role may become known later, before the association opens or after that", () => {
    for (const when of ["before", "after"] as const) {
      const pair = new ChannelPair({ first: { role: undefined as never } });
      const channels = [pair.create(0, "a"), pair.create(0, "b")];
      expect(channels.map(({ channel }) => channel.id)).toEqual([undefined, undefined]);
      if (when === "before") pair.channels[0].setRole("client");
      pair.open();
      if (when === "after") pair.channels[0].setRole("client");
      pair.channels[0].setRole("server");
      pair.runUntil(() => pair.accepted[1].length === 2);
      expect(channels.map(({ channel }) => channel.id)).toEqual([0, 2]);
    }
  });

  test("a negotiated channel needs no message, and its data goes both ways", () => {
    const pair = new ChannelPair();
    const [one, two] = [pair.create(0, "n", { negotiated: true, id: 7 }), pair.create(1, "n", { negotiated: true, id: 7 })];
    pair.open();
    one.channel.send("there");
    two.channel.send("back");
    pair.runUntil(() => one.messages.length === 1 && two.messages.length === 1);
    expect([one.messages, two.messages, pair.accepted]).toEqual([["back"], ["there"], [[], []]]);
  });

  test("messages that are sent at once arrive after the channel, in order, although it is unordered", () => {
    const pair = new ChannelPair({ there: { delayMs: 10, reorderShare: 0.3, reorderMs: 15, random: () => 0.2 } }).open();
    const own = pair.create(0, "a", { ordered: false });
    for (let index = 0; index < 20; index += 1) own.channel.send(String(index));
    pair.runUntil(() => pair.accepted[1][0]?.messages.length === 20);
    expect(pair.accepted[1][0]?.messages).toEqual(Array.from({ length: 20 }, (_, index) => String(index)));
  });

  test("the program may send and close inside of onChannel", () => {
    const pair = new ChannelPair({
      second: {
        onChannel: (channel) => {
          channel.send("hello");
          channel.close();
        },
      },
    }).open();
    const own = pair.create(0, "a");
    pair.runUntil(() => own.closed.length === 1);
    expect([own.messages, own.closed, own.opened]).toEqual([["hello"], ["peer-closed"], 1]);
  });

  test("ids that the peer's streams don't reach close the channel with no-stream", () => {
    const pair = new ChannelPair({ second: { streams: 3 } });
    const channels = ["a", "b", "c"].map((label) => pair.create(0, label));
    pair.open();
    expect(channels.map(({ closed }) => closed)).toEqual([[], [], ["no-stream"]]);
    expect(reasonOf(() => pair.create(0, "d"))).toBe("no-free-id");
  });

  test("calls that can't be done throw with their reason", () => {
    const pair = new ChannelPair();
    pair.create(0, "a", { negotiated: true, id: 3 });
    const bad: [ChannelOptions, string][] = [
      [{ negotiated: true, id: 3 }, "id-in-use"],
      [{ negotiated: true }, "bad-options"],
      [{ id: 4 }, "bad-options"],
      [{ negotiated: true, id: 65_535 }, "bad-options"],
      [{ maxRetransmits: 1, maxPacketLifeTime: 1 }, "bad-options"],
      [{ maxRetransmits: -1 }, "bad-options"],
      [{ maxPacketLifeTime: 0.5 }, "bad-options"],
      [{ protocol: "x".repeat(65_536) }, "bad-options"],
    ];
    for (const [options, reason] of bad) expect(reasonOf(() => pair.create(0, "b", options))).toBe(reason);
    expect(reasonOf(() => pair.create(0, "é".repeat(32_768)))).toBe("bad-options");
    pair.open();
    const { channel } = pair.create(0, "c");
    expect(reasonOf(() => channel.send(new Uint8Array(65_537)))).toBe("message-too-large");
    pair.channels[0].peerMaxMessageBytes = Number.POSITIVE_INFINITY;
    channel.send(new Uint8Array(65_537));
    pair.first.abort();
    expect(reasonOf(() => pair.create(0, "d"))).toBe("association-ended");
    expect(reasonOf(() => channel.send("x"))).toBe("not-open");
  });
});

describe("messages", () => {
  test("texts, bytes and empty ones arrive as what they were, both ways", () => {
    const pair = open();
    const [own, other] = pair.opened();
    const messages: ChannelData[] = ["text", "", bytesOf(3000), new Uint8Array(0), "\ufeffé€😀", bytesOf(1), "x".repeat(20_000)];
    for (const from of [own, other]) for (const message of messages) from.channel.send(message);
    pair.runUntil(() => [own, other].every((side) => side.messages.length === messages.length));
    for (const side of [own, other]) expect(side.messages).toEqual(messages);
  });

  test("bytes are not copied before they are sent", () => {
    const pair = open();
    const [own, other] = pair.opened();
    const bytes = bytesOf(100);
    own.channel.send(bytes);
    bytes[0] = 77;
    pair.runUntil(() => other.messages.length === 1);
    expect((other.messages[0] as Uint8Array)[0]).toBe(77);
  });
});

describe("the buffered amount", () => {
  test("counts exactly the program's bytes that were not sent, for each channel", () => {
    const pair = new ChannelPair({ there: { delayMs: 10, rate: 100 } }).open();
    const [one] = pair.opened("one");
    const [two] = pair.opened("two");
    one.channel.send(bytesOf(40_000));
    one.channel.send("");
    two.channel.send("é".repeat(50));
    expect([one.channel.bufferedAmount, two.channel.bufferedAmount]).toEqual([40_000, 100]);
    let least = 40_000;
    while (one.channel.bufferedAmount > 0) {
      pair.run(pair.nowMs + 1);
      expect(one.channel.bufferedAmount).toBeLessThanOrEqual(least);
      least = one.channel.bufferedAmount;
      // Only the filler of the empty message is no byte of the program's.
      const filler = one.channel.bufferedAmount > 0 ? 1 : 0;
      if (filler === 1) expect(pair.first.queuedBytes).toBe(one.channel.bufferedAmount + two.channel.bufferedAmount + filler);
    }
    pair.runUntil(() => pair.first.bufferedBytes === 0);
    expect([one.channel.bufferedAmount, two.channel.bufferedAmount]).toEqual([0, 0]);
  });

  test("the event comes once each time it falls to the threshold, and never inside of a call", () => {
    const pair = new ChannelPair({ there: { delayMs: 10, rate: 100 } }).open();
    const [own] = pair.opened();
    own.channel.bufferedAmountLowThreshold = 10_000;
    own.channel.send(bytesOf(10_000));
    pair.run(pair.nowMs + 2000);
    expect(own.low).toBe(0); // It was never above.
    for (let round = 1; round <= 3; round += 1) {
      own.channel.send(bytesOf(60_000));
      pair.runUntil(() => own.low === round);
      expect(own.channel.bufferedAmount).toBeLessThanOrEqual(10_000);
      pair.runUntil(() => own.channel.bufferedAmount === 0);
      expect(own.low).toBe(round);
    }
    own.channel.send(bytesOf(60_000));
    own.channel.dropQueued();
    expect([own.channel.bufferedAmount, own.low]).toEqual([0, 3]);
    pair.run(pair.nowMs);
    expect(own.low).toBe(4);
  });

  test("a program that sends more on each event keeps the link busy with little buffered", () => {
    const pair = new ChannelPair({ there: { delayMs: 10, rate: 1000 } }).open();
    const [own, other] = pair.opened();
    let left = 100;
    let most = 0;
    const fill = (): void => {
      while (left > 0 && own.channel.bufferedAmount < 32_000) {
        own.channel.send(bytesOf(10_000));
        left -= 1;
        most = Math.max(most, own.channel.bufferedAmount);
      }
    };
    own.channel.bufferedAmountLowThreshold = 16_000;
    own.channel.onBufferedLow = fill;
    fill();
    const startMs = pair.nowMs;
    pair.runUntil(() => other.messages.length === 100);
    expect(most).toBeLessThan(42_000);
    expect(pair.nowMs - startMs).toBeLessThan(1500);
  });
});

describe("dropping", () => {
  test("what has begun arrives whole, what has not does not, and neither OPEN nor ACK is lost", () => {
    const pair = new ChannelPair({ there: { delayMs: 10, rate: 50 } }).open();
    const own = pair.create(0, "a");
    own.channel.dropQueued();
    own.channel.send(bytesOf(60_000, 1));
    own.channel.send(bytesOf(10, 2));
    pair.runUntil(() => pair.accepted[1].length === 1);
    expect(own.channel.bufferedAmount).toBeGreaterThan(10);
    own.channel.dropQueued();
    own.channel.send(bytesOf(10, 3));
    pair.runUntil(() => pair.accepted[1][0]?.messages.length === 2);
    const [large, small] = (pair.accepted[1][0]?.messages ?? []) as Uint8Array[];
    const expected = bytesOf(60_000, 1);
    expect(large?.byteLength === 60_000 && large.every((byte, index) => byte === expected[index])).toBe(true);
    expect(small).toEqual(bytesOf(10, 3));
  });
});

describe("the end of the association", () => {
  test("closes all channels, before its own event", () => {
    const pair = open();
    const [own, other] = pair.opened();
    const nameless = recordChannel(pair.channels[0].create("b"));
    own.channel.close();
    pair.first.abort("enough");
    expect([own.closed, nameless.closed, own.channel.state]).toEqual([["association-ended"], ["association-ended"], "closed"]);
    pair.run(pair.nowMs + 100);
    expect(other.closed).toEqual(["association-ended"]);
    expect(pair.channels[0].deadline(pair.nowMs)).toBe(Number.POSITIVE_INFINITY);
  });
});
