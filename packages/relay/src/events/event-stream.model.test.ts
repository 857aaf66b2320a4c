import fc from "fast-check";
import { expect, test } from "vitest";
import { EventStream } from "./event-stream.ts";
import { createMemoryStore } from "../store/memory-store.ts";
import type { RelayStore } from "../store/store.ts";
import { settle } from "@rangecast/testkit/settle";
import { FakeClock } from "../testing/fake-clock.ts";
import { SseReader, startBody } from "../testing/sse-reader.ts";

/*
 * Readers of one log see each message once, in order, none missing (S-5), whatever happens between them and the relay. The model is the list of posted
 * messages. Readers come late, reconnect with their last id, are disconnected, stall, or outlast their response; each response is an event stream or a poll
 * (L-16). The log also has messages of their own side, and groups that are removed.
 */
const CAPS = { maxEvents: 100_000, maxBytes: 100_000_000, ttlMs: 3_600_000 };
const STREAM_MS = 25_000;
const READERS = 3;
/** An event stream, a long poll, and one that is answered at once: the time that it waits, milliseconds. */
const WAYS: readonly (number | undefined)[] = [undefined, STREAM_MS, 0];
const way = fc.constantFrom(...WAYS);
/** Payload sizes from 0 to more than a stream's queue, which is 16 KiB. */
const sizes = fc.oneof(fc.constantFrom(0, 100), fc.integer({ min: 5000, max: 40_000 }));
const reader = fc.nat(READERS - 1);

type Step =
  | { readonly do: "post"; readonly tag: "theirs" | "mine" | "gone"; readonly size: number }
  | { readonly do: "connect" | "cut" | "stall"; readonly reader: number; readonly pollMs: number | undefined }
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "settle" }
  | { readonly do: "remove" };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("post" as const), tag: fc.constantFrom("theirs", "theirs", "mine", "gone"), size: sizes }),
  },
  { weight: 7, arbitrary: fc.record({ do: fc.constantFrom("connect", "connect", "cut", "stall"), reader, pollMs: way }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.nat(2 * STREAM_MS) }) },
  { weight: 3, arbitrary: fc.constantFrom<Step>({ do: "settle" }, { do: "settle" }, { do: "remove" }) },
);

type Body = ReadableStream<Uint8Array> | null;

/** A client that records the last id and all messages that it received. */
class Client {
  readonly seen: string[] = [];
  readonly #respond: (after: number | undefined, pollMs: number | undefined) => Promise<Body>;
  #lastId: number | undefined;
  #reader: SseReader | undefined;
  #unread: Body | undefined;

  constructor(answer: (after: number | undefined, pollMs: number | undefined) => Promise<Body>) {
    this.#respond = answer;
  }

  async connect(pollMs: number | undefined): Promise<void> {
    await this.cut();
    this.#reader = new SseReader(await this.#respond(this.#lastId, pollMs));
  }

  /** Opens a response and doesn't read it. */
  async stall(pollMs: number | undefined): Promise<void> {
    await this.cut();
    this.#unread = await this.#respond(this.#lastId, pollMs);
  }

  /** Disconnects, and keeps what it has received. */
  async cut(): Promise<void> {
    await this.#unread?.cancel().catch(() => undefined);
    this.#unread = undefined;
    const left = this.#reader;
    this.#reader = undefined;
    const events = (await left?.events()) ?? [];
    await left?.leave().catch(() => undefined);
    for (const { id, data } of events) {
      this.#lastId = Number(id);
      this.seen.push(data);
    }
  }
}

async function run(steps: readonly Step[]): Promise<{ posted: { tag: string; data: string }[]; seen: string[][] }> {
  const clock = new FakeClock();
  const store = createMemoryStore({ clock });
  const clients = Array.from({ length: READERS }, (_, index) => new Client((...how) => respond(store, clock, `reader-${index}`, ...how)));
  const posted: { tag: string; data: string }[] = [];
  for (const each of steps) {
    if (each.do === "post") {
      const data = `${posted.length} ${"x".repeat(each.size)}`;
      posted.push({ tag: each.tag, data });
      await store.append("log", { event: "signal", data, tag: each.tag }, CAPS);
    } else if (each.do === "wait") {
      await clock.advance(each.ms);
    } else if (each.do === "remove") {
      await store.removeTagged("log", "gone");
    } else if (each.do === "settle") {
      await settle();
    } else {
      await clients[each.reader]?.[each.do](each.pollMs);
    }
  }
  for (const [index, client] of clients.entries()) {
    // A poll may end before all events are in it, if they don't fit into its queue.
    for (let before = -1; before < client.seen.length;) {
      before = client.seen.length;
      await client.connect(WAYS[index]);
      await settle();
      await client.cut();
    }
  }
  await store.close();
  return { posted, seen: clients.map(({ seen }) => seen) };
}

async function respond(
  store: RelayStore,
  clock: FakeClock,
  role: string,
  after: number | undefined,
  pollMs: number | undefined,
): Promise<Body> {
  const onTrouble = (error: unknown): void => {
    throw error;
  };
  const stream = new EventStream(
    { store, clock, limits: { streamMs: STREAM_MS, heartbeatMs: 10_000 }, onTrouble },
    { log: "log", role, keep: 1, verdict: ({ tag }) => (tag === "mine" ? "skip" : "give"), endable: true, onHeartbeat: async () => true },
    { after, pollMs, onClose: () => undefined },
  );
  return startBody(stream);
}

test("S-5: every reader sees each message once, in order, none missing, over streams and polls", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { posted, seen } = await run(steps);
      const theirs = posted.filter(({ tag }) => tag === "theirs").map(({ data }) => data);
      const readable = posted.filter(({ tag }) => tag !== "mine").map(({ data }) => data);
      for (const each of seen) {
        // All messages of the other side, and those of a removed group that came before its removal; in order.
        expect(each.filter((data) => theirs.includes(data))).toEqual(theirs);
        expect(each).toEqual(readable.filter((data) => each.includes(data)));
      }
    }),
    { numRuns: 150 },
  );
}, 60_000);
