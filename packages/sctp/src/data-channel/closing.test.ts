import { describe, expect, test } from "vitest";
import { ChannelPair } from "../testing/channel-pair.ts";
import { bytesOf } from "../testing/pair.ts";
import { mulberry32 } from "../testing/link/mulberry32.ts";
import { ChunkType } from "../wire/chunk-type.ts";
import { MAX_ANSWER_WAIT_MS } from "./channel-closing.ts";

const open = (): ChannelPair => new ChannelPair().open();

/** When each side first sent a RE-CONFIG, ms. */
function watchResets(pair: ChannelPair): (number | undefined)[] {
  const firstAtMs: (number | undefined)[] = [undefined, undefined];
  pair.onPacket = (from, packet, nowMs) => {
    if (packet[12] === ChunkType.RE_CONFIG) firstAtMs[from] ??= nowMs;
    return true;
  };
  return firstAtMs;
}

describe("closing", () => {
  test.each([0, 1] as const)("side %i closes after what it has sent; both sides end closed, each with its reason", (closer) => {
    const pair = open();
    const sides = pair.opened();
    const [one, other] = closer === 0 ? sides : sides.toReversed();
    for (let index = 0; index < 50; index += 1) one?.channel.send(bytesOf(2000, index));
    one?.channel.close();
    expect(one?.channel.state).toBe("closing");
    pair.runUntil(() => sides.every(({ closed }) => closed.length > 0));
    expect(other?.messages).toHaveLength(50);
    expect([one?.closed, other?.closed]).toEqual([["closed"], ["peer-closed"]]);
  });

  test("both sides at once", () => {
    const pair = open();
    const sides = pair.opened();
    for (const { channel } of sides) channel.close();
    pair.runUntil(() => sides.every(({ closed }) => closed.length > 0));
    expect(sides.map(({ closed }) => closed)).toEqual([["closed"], ["closed"]]);
  });

  test("before the association opens it costs no message", () => {
    const pair = new ChannelPair();
    const early = pair.create(0, "a");
    early.channel.close();
    expect([early.channel.state, early.closed]).toEqual(["closed", []]);
    pair.open();
    pair.run(pair.nowMs + 500);
    expect([early.closed, pair.accepted[1]]).toEqual([["closed"], []]);
  });

  test("what arrives while it is closing is dropped, and so is what the peer has queued", () => {
    const pair = new ChannelPair({ back: { delayMs: 10, rate: 50 } }).open();
    const [own, other] = pair.opened();
    for (let index = 0; index < 20; index += 1) other.channel.send(bytesOf(5000));
    own.channel.close();
    pair.runUntil(() => own.closed.length > 0 && other.closed.length > 0);
    expect(own.messages).toEqual([]);
    expect(pair.channels[0].ignoredMessages).toBeLessThan(20);
    expect(other.channel.bufferedAmount).toBe(0);
  });

  test("dropQueued() makes it fast", () => {
    const pair = new ChannelPair({ there: { delayMs: 10, rate: 50 } }).open();
    const [own, other] = pair.opened();
    for (let index = 0; index < 100; index += 1) own.channel.send(bytesOf(5000));
    own.channel.close();
    own.channel.dropQueued();
    const startMs = pair.nowMs;
    pair.runUntil(() => own.closed.length > 0 && other.closed.length > 0);
    expect(pair.nowMs - startMs).toBeLessThan(1000);
  });

  test("queued messages of a stream hold back its reset, although another stream's message is first", () => {
    const pair = new ChannelPair({ there: { delayMs: 10, rate: 50 } }).open();
    const [busy] = pair.opened("busy");
    const [own, other] = pair.opened("a");
    for (let index = 0; index < 5; index += 1) busy.channel.send(bytesOf(10_000));
    own.channel.send("last");
    own.channel.close();
    pair.runUntil(() => own.closed.length > 0);
    expect(other.messages).toEqual(["last"]);
  });
});

describe("a channel that is closed before its OPEN was answered", () => {
  test("is reset only after the answer, and the peer sees it open and close", () => {
    const pair = open();
    const firstReset = watchResets(pair);
    const own = pair.create(0, "a");
    own.channel.send("only");
    own.channel.close();
    const startMs = pair.nowMs;
    pair.runUntil(() => own.closed.length > 0 && pair.accepted[1][0]?.closed.length === 1);
    const [other] = pair.accepted[1];
    expect([other?.opened, other?.messages, other?.closed]).toEqual([1, ["only"], ["peer-closed"]]);
    expect((firstReset[0] ?? 0) - startMs).toBeGreaterThanOrEqual(20);
  });

  test("is reset after a bound if no answer comes", () => {
    // A peer that acknowledges OPEN, and never answers it.
    const pair = open();
    const firstReset = watchResets(pair);
    pair.channels[1].association.send = () => {};
    const own = pair.create(0, "a");
    own.channel.close();
    const startMs = pair.nowMs;
    pair.run(startMs + MAX_ANSWER_WAIT_MS + 500);
    expect((firstReset[0] ?? 0) - startMs).toBe(MAX_ANSWER_WAIT_MS);
    pair.runUntil(() => own.closed.length > 0);
  });
});

describe("ids", () => {
  test("are free only after both directions are reset", () => {
    const pair = new ChannelPair({ first: { streams: 2 } }).open();
    const [own] = pair.opened();
    own.channel.close();
    expect(() => pair.create(0, "b")).toThrow("in use");
    pair.runUntil(() => own.closed.length > 0);
    expect(pair.create(0, "b").channel.id).toBe(0);
  });

  test("go round before one is used again", () => {
    const pair = new ChannelPair({ first: { streams: 7 } }).open();
    const ids: (number | undefined)[] = [];
    for (let round = 0; round < 6; round += 1) {
      const [own] = pair.opened();
      ids.push(own.channel.id);
      own.channel.close();
      pair.runUntil(() => own.closed.length > 0);
    }
    expect(ids).toEqual([0, 2, 4, 6, 0, 2]);
  });

  test.each([0, 0.1, 0.3])("the same id again and again works with a loss of %d", (share) => {
    for (let seed = 1; seed <= 3; seed += 1) {
      const random = mulberry32(seed * 31);
      const loss = (): boolean => random() < share;
      const link = { delayMs: 10, loss, reorderShare: 0.1, reorderMs: 8, random };
      const pair = new ChannelPair({ seed, there: link, back: { ...link }, first: { streams: 1 } }).open();
      for (let round = 0; round < 8; round += 1) {
        const own = pair.create(0, String(round), { ordered: round % 2 === 0 });
        own.channel.send(String(round));
        pair.runUntil(() => pair.accepted[1].length === round + 1);
        const other = pair.accepted[1][round];
        if (round % 3 === 0) other?.channel.send("back");
        (round % 2 === 0 ? own : other)?.channel.close();
        pair.runUntil(() => own.closed.length > 0);
        expect([other?.channel.label, other?.messages]).toEqual([String(round), [String(round)]]);
      }
      expect(pair.accepted[1]).toHaveLength(8);
    }
  });

  test("a negotiated id can be used again at once on both sides, although an answer was lost", () => {
    const random = mulberry32(3);
    const link = { delayMs: 10, loss: () => random() < 0.2 };
    const pair = new ChannelPair({ there: link, back: { ...link } }).open();
    const counts = [0, 0];
    for (const side of [0, 1] as const) {
      const again = (): void => {
        const recorded = pair.create(side, "n", { negotiated: true, id: 9 });
        recorded.channel.send("hello");
        recorded.channel.onMessage = () => {
          counts[side] = (counts[side] ?? 0) + 1;
          if (side === 0) recorded.channel.close();
        };
        recorded.channel.onClose = (reason) => {
          if (reason !== "association-ended") again();
        };
      };
      again();
    }
    pair.run(pair.nowMs + 60_000);
    expect(Math.min(...counts)).toBeGreaterThan(25);
    expect(pair.sides.map(({ end }) => end)).toEqual([undefined, undefined]);
  });
});
