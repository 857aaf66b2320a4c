/*
 * Whatever the network does, the messages of each channel come once and in order, or, where the channel gives messages up, at most once and in order. What
 * both programs do, and the network's losses and delays, are chosen at random.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { ChannelPair, type RecordedChannel } from "../testing/channel-pair.ts";
import { mulberry32 } from "../testing/link/mulberry32.ts";
import type { ChannelOptions } from "./channel-options.ts";

/** One direction of a channel: what was given to it, and how much of it must arrive. */
interface Direction {
  readonly sent: string[];
  /** Messages may be missing: they were given up or dropped, or a side closed the channel. */
  lossy: boolean;
}

interface Conversation {
  readonly options: ChannelOptions;
  readonly creator: 0 | 1;
  readonly own: RecordedChannel;
  readonly label: string;
  readonly directions: readonly [Direction, Direction];
  closes: boolean;
}

const side = fc.constantFrom(0 as const, 1 as const);
const options = fc.record(
  {
    ordered: fc.boolean(),
    maxRetransmits: fc.option(fc.integer({ min: 0, max: 2 }), { nil: undefined }),
    maxPacketLifeTime: fc.option(fc.integer({ min: 0, max: 200 }), { nil: undefined }),
  },
  { requiredKeys: ["ordered"] },
);
const step = fc.oneof(
  { weight: 2, arbitrary: fc.record({ create: side, options }) },
  {
    weight: 8,
    arbitrary: fc.record({
      send: fc.nat(99),
      times: fc.integer({ min: 1, max: 12 }),
      from: side,
      bytes: fc.constantFrom(0, 1, 30, 1200, 3000, 12_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ close: fc.nat(99), from: side }) },
  { weight: 1, arbitrary: fc.record({ drop: fc.nat(99), from: side }) },
  { weight: 4, arbitrary: fc.record({ waitMs: fc.integer({ min: 1, max: 400 }) }) },
);
const network = fc.record({
  seed: fc.integer({ min: 1, max: 1_000_000 }),
  loss: fc.constantFrom(0, 0, 0.02, 0.1, 0.25),
  reorderShare: fc.constantFrom(0, 0.1, 0.5),
  rate: fc.constantFrom(100, 1000, 10_000),
  interleaving: fc.constantFrom([false, false] as const, [true, true] as const, [true, true] as const, [true, false] as const),
});
const steps = fc.array(step, { minLength: 10, maxLength: 60, size: "max" });
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
type Network = typeof network extends fc.Arbitrary<infer T> ? T : never;

class Script {
  readonly pair: ChannelPair;
  readonly conversations: Conversation[] = [];
  #lossy = true;

  constructor({ seed, loss, reorderShare, rate, interleaving }: Network) {
    const random = mulberry32(seed);
    const link = { delayMs: 15, rate, reorderShare, reorderMs: 20, random, loss: () => this.#lossy && random() < loss };
    const [first, second] = interleaving.map((wanted) => ({ interleaving: wanted }));
    this.pair = new ChannelPair({ seed, there: link, back: { ...link }, first: first ?? {}, second: second ?? {} }).open();
    expect(this.pair.first.interleaves).toBe(interleaving[0] && interleaving[1]);
  }

  /** The end of a conversation at a side; undefined if it has not arrived there. */
  end({ creator, own, label }: Conversation, at: 0 | 1): RecordedChannel | undefined {
    return creator === at ? own : this.pair.accepted[at].find(({ channel }) => channel.label === label);
  }

  run(action: Step): void {
    if ("waitMs" in action) return this.pair.run(this.pair.nowMs + action.waitMs);
    if ("create" in action) return this.#create(action.create, action.options);
    const index = "send" in action ? action.send : "close" in action ? action.close : action.drop;
    const conversation = this.conversations[index % Math.max(1, this.conversations.length)];
    const channel = conversation === undefined ? undefined : this.end(conversation, action.from)?.channel;
    if (conversation === undefined || channel?.state !== "open") return;
    const direction = conversation.directions[action.from];
    if ("send" in action) {
      for (let count = 0; count < action.times; count += 1) {
        const message = action.bytes === 0 ? "" : `${direction.sent.length} `.padEnd(action.bytes, "x");
        direction.sent.push(message);
        channel.send(message);
      }
    } else if ("close" in action) {
      conversation.closes = true;
      // The other side's messages are not read any more.
      conversation.directions[action.from === 0 ? 1 : 0].lossy = true;
      channel.close();
    } else {
      direction.lossy = true;
      channel.dropQueued();
    }
  }

  /** Lets everything arrive that will. */
  settle(): void {
    this.#lossy = false;
    this.pair.run(this.pair.nowMs + 60_000);
  }

  #create(creator: 0 | 1, { maxRetransmits, maxPacketLifeTime, ordered }: Extract<Step, { readonly create: 0 | 1 }>["options"]): void {
    const reliability =
      maxRetransmits !== undefined ? { maxRetransmits } : maxPacketLifeTime !== undefined ? { maxPacketLifeTime } : undefined;
    const label = String(this.conversations.length);
    const settings: ChannelOptions = { ordered, ...reliability };
    const direction = (): Direction => ({ sent: [], lossy: reliability !== undefined });
    const own = this.pair.create(creator, label, settings);
    this.conversations.push({ options: settings, creator, own, label, directions: [direction(), direction()], closes: false });
  }
}

/** Whether `some` are among `all`, each as often at most; in their order, if that counts. */
function isPartOf(some: readonly string[], all: readonly string[], inOrder: boolean): boolean {
  let at = 0;
  const left = [...all];
  return some.every((message) => {
    if (inOrder) {
      at = all.indexOf(message, at) + 1;
      return at > 0;
    }
    const found = left.indexOf(message);
    if (found >= 0) left.splice(found, 1);
    return found >= 0;
  });
}

test("the messages of each channel come once and in order, or as its settings allow, and channels that are closed are closed on both sides", () => {
  const total = { arrived: 0, missing: 0, closed: 0 };
  fc.assert(
    fc.property(network, fc.array(fc.tuple(side, options), { minLength: 1, maxLength: 4 }), steps, (path, first, actions) => {
      const script = new Script(path);
      for (const [creator, settings] of first) script.run({ create: creator, options: settings });
      script.run({ waitMs: 100 });
      for (const action of actions) script.run(action);
      script.settle();
      for (const conversation of script.conversations) {
        const ends = [script.end(conversation, 0), script.end(conversation, 1)];
        for (const from of [0, 1] as const) {
          const { sent, lossy } = conversation.directions[from];
          const arrived = (ends[1 - from]?.messages ?? []) as string[];
          total.arrived += arrived.length;
          total.missing += sent.length - arrived.length;
          expect(isPartOf(arrived, sent, conversation.options.ordered !== false)).toBe(true);
          if (!lossy) expect(arrived.length).toBe(sent.length);
          // Both sides have sent all that they had.
          if (!conversation.closes) expect(ends[from]?.channel.bufferedAmount).toBe(0);
        }
        for (const end of ends) {
          expect(end?.channel.state).toBe(conversation.closes ? "closed" : "open");
          expect(end?.closed.length).toBe(conversation.closes ? 1 : 0);
        }
        total.closed += conversation.closes ? 1 : 0;
      }
      for (const { end, association } of script.pair.sides) {
        expect(end).toBeUndefined();
        expect([association.bufferedBytes, association.stats.heldBytes]).toEqual([0, 0]);
      }
    }),
    { seed: 8831, numRuns: 20 },
  );

  expect(total.arrived).toBeGreaterThan(300);
  expect(total.closed).toBeGreaterThan(10);
});
