import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { collect } from "../../test/fake-fetch.ts";
import { HoldingRelay } from "../../test/holding-relay.ts";
import { parseJson } from "../encoding/json.ts";
import { parseSignalMessage } from "../messages/message.ts";
import { FIRST_BYTES_MS, SILENCE_MS } from "./arrival-watch.ts";
import { EventPosition, followEvents, type FollowOptions } from "./follow-events.ts";
import { ReadingMemory, REMEMBERED_MS } from "./reading-memory.ts";
import { Renewal } from "./renewal.ts";
import type { SignalError } from "./signal-error.ts";

let relay: HoldingRelay;
let stopping: AbortController;
let troubles: SignalError[];
let renewal: Renewal;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  relay = new HoldingRelay();
  stopping = new AbortController();
  troubles = [];
  renewal = new Renewal();
});
afterEach(async () => {
  await stop();
  vi.useRealTimers();
});

async function stop(): Promise<void> {
  stopping.abort();
  await pass(0);
  expect(vi.getTimerCount()).toBe(0);
}

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

function follow(options: Partial<FollowOptions> = {}): () => string[] {
  const { items } = collect(
    followEvents({
      fetch: relay.fetch,
      url: "https://relay.example/events",
      key: "KEY",
      position: new EventPosition(),
      signal: stopping.signal,
      polls: true,
      renewal,
      onTrouble: (error) => troubles.push(error),
      ...options,
    }),
  );
  return () => items.map(({ data }) => parseSignalMessage(parseJson(data))?.payload ?? "");
}

/** The mode of the last request. */
const mode = (): string => relay.queries.at(-1) ?? "";
const STREAM = "";
const CHECK = "?poll=0";
const POLL = "?poll=25";

describe("an event stream that comes through", () => {
  test("is not polled, whatever it carries", async () => {
    const seen = follow();
    for (let minute = 0; minute < 10; minute += 1) {
      relay.post();
      await pass(60_000);
    }
    expect(seen()).toEqual(relay.posted);
    expect(new Set(relay.queries)).toEqual(new Set([STREAM]));
    expect(troubles).toEqual([]);
  });
});

describe("L-17: an event stream that is held back", () => {
  test("from its start is noticed after 3 s, and the events so far arrive", async () => {
    relay.holds = true;
    relay.post();
    const seen = follow();
    await pass(FIRST_BYTES_MS - 1);
    expect(seen()).toEqual([]);
    await pass(1);
    expect(seen()).toEqual(relay.posted);
    expect(relay.queries).toEqual([STREAM, CHECK, POLL]);
    expect(troubles).toEqual([]);
  });

  test("from the middle is noticed when a heartbeat is missing, before an unanswered session ends", async () => {
    const seen = follow();
    relay.post();
    await pass(5000);
    relay.holds = true;
    relay.post();
    await pass(SILENCE_MS);
    expect(seen()).toEqual(relay.posted);
    expect(SILENCE_MS).toBeLessThan(15_000);
    expect(mode()).toBe(POLL);
  });

  test("is followed by polls, whose events arrive at once", async () => {
    relay.holds = true;
    const seen = follow();
    await pass(60_000);
    for (let count = 1; count <= 5; count += 1) {
      relay.post();
      await pass(0);
      expect(seen()).toHaveLength(count);
      await pass(1000);
    }
    expect(seen()).toEqual(relay.posted);
    expect(relay.queries.slice(2).every((query) => query === POLL)).toBe(true);
    expect(troubles).toEqual([]);
  });

  test("is not polled at a relay that doesn't announce it", async () => {
    relay.holds = true;
    relay.post();
    const seen = follow({ polls: false });
    await pass(9000);
    expect(relay.queries).toEqual([STREAM]);
    await pass(60_000);
    expect(new Set(relay.queries)).toEqual(new Set([STREAM]));
    expect(seen()).toEqual([]);
  });

  test("is remembered for the next reader, for 5 minutes", async () => {
    relay.holds = true;
    const memory = new ReadingMemory();
    const first = new AbortController();
    follow({ memory, signal: first.signal });
    await pass(5000);
    first.abort();
    const second = new AbortController();
    follow({ memory, signal: second.signal });
    await pass(0);
    expect(relay.queries).toEqual([STREAM, CHECK, POLL, POLL]);
    second.abort();
    await pass(REMEMBERED_MS + 1);
    follow({ memory });
    await pass(0);
    expect(mode()).toBe(STREAM);
  });

  test("is not mistaken for an answered check by two readers at a time", async () => {
    relay.holds = true;
    const memory = new ReadingMemory();
    follow({ memory });
    follow({ memory });
    await pass(1000);
    relay.away = true;
    await pass(2500);
    expect(relay.queries).toEqual([STREAM, STREAM, CHECK, CHECK]);
    expect(memory.reading.mode).toBe("stream");
  });
});

describe("L-17: polls", () => {
  beforeEach(async () => {
    relay.holds = true;
  });

  test("that arrive as they are sent, with a heartbeat, are followed by a stream", async () => {
    const seen = follow();
    await pass(FIRST_BYTES_MS);
    relay.holds = false;
    await pass(25_000);
    expect(mode()).toBe(POLL);
    await pass(25_000);
    expect(mode()).toBe(STREAM);
    relay.post();
    await pass(0);
    expect(seen()).toEqual(relay.posted);
  });

  test("that are held back from the middle are not", async () => {
    follow();
    await pass(FIRST_BYTES_MS);
    for (let polls = 0; polls < 10; polls += 1) {
      relay.holds = false;
      await pass(200);
      relay.holds = true;
      await pass(24_800);
    }
    expect(relay.queries.filter((query) => query === STREAM)).toHaveLength(1);
  });

  test("last longer each time that streams are held back again", async () => {
    follow();
    /** @returns how long it takes until the stream is tried again */
    const returns = async (): Promise<number> => {
      relay.holds = true;
      while (mode() === STREAM) await pass(1000);
      relay.holds = false;
      let seconds = 0;
      for (; mode() !== STREAM; seconds += 1) await pass(1000);
      return seconds;
    };
    const seconds = [await returns(), await returns(), await returns()];
    expect(seconds[1]).toBeGreaterThan(40);
    expect(seconds[2]).toBeGreaterThan(90);
  });

  test("follow each other at most five times a second", async () => {
    follow();
    await pass(5000);
    const before = relay.calls.length;
    for (let count = 0; count < 200; count += 1) {
      relay.post();
      await pass(10);
    }
    expect(relay.calls.length - before).toBeLessThanOrEqual(11);
  });

  test("go on after a failure of the relay, with backoff", async () => {
    const seen = follow();
    await pass(5000);
    relay.away = true;
    relay.post();
    await pass(60_000);
    expect(troubles.length).toBeGreaterThan(2);
    relay.away = false;
    await pass(20_000);
    expect(seen()).toEqual(relay.posted);
    expect(mode()).toBe(POLL);
  });

  test("are replaced by a stream at once when the network changes", async () => {
    follow();
    await pass(5000);
    relay.holds = false;
    renewal.renew();
    await pass(0);
    expect(mode()).toBe(STREAM);
  });
});

test("L-17: a relay that can't be reached is not polled for that", async () => {
  follow();
  await pass(1000);
  relay.holds = true;
  relay.away = true;
  await pass(40_000);
  expect(relay.queries.slice(1, 3)).toEqual([CHECK, STREAM]);
  expect(troubles.length).toBeGreaterThan(1);
});

test("L-17: each event arrives once and in order, whenever a proxy begins and stops to hold responses back", async () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.constant("post" as const) },
    { weight: 2, arbitrary: fc.constantFrom("hold", "release", "leave", "return", "renew") },
    { weight: 4, arbitrary: fc.integer({ min: 0, max: 40_000 }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      relay = new HoldingRelay();
      stopping = new AbortController();
      const seen = follow();
      for (const each of steps) {
        if (typeof each === "number") await pass(each);
        else if (each === "post") relay.post();
        else if (each === "renew") renewal.renew();
        else if (each === "hold" || each === "release") relay.holds = each === "hold";
        else relay.away = each === "leave";
      }
      relay.away = false;
      // The longest that anything takes: a backoff, a held stream, and its check.
      await pass(60_000);
      expect(seen()).toEqual(relay.posted);
      await stop();
    }),
    { numRuns: 40, seed: 16 },
  );
});
