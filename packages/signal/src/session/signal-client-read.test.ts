import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  type Call,
  collect,
  endedStream,
  fakeFetch,
  hang,
  json,
  networkFailure,
  openStream,
  signalEvent,
  take,
} from "../../test/fake-fetch.ts";
import { MAX_LINE_BYTES } from "../messages/message.ts";
import type { SignalMessage } from "../messages/message.ts";
import { ANSWER_TIMEOUT_MS } from "../relay-api/relay-request.ts";
import { createSignalClient, type SignalClient, type SignalClientOptions } from "./signal-client.ts";
import type { SignalError } from "../relay-api/signal-error.ts";

const client = (options: Partial<SignalClientOptions> & { fetch: typeof fetch }): SignalClient =>
  createSignalClient({ base: "https://relay.example", sessionId: "s1", key: "KEY", side: "agent", ...options });

let controller = new AbortController();
/** Reads in the background until the test ends. */
function read(signals: SignalClient): { items: SignalMessage[]; done: Promise<unknown> } {
  return collect(signals.messages({ signal: controller.signal }));
}
const payloads = (items: SignalMessage[]): string[] => items.map(({ payload }) => payload);
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  controller = new AbortController();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});
afterEach(async () => {
  controller.abort();
  await settle();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

/** Responds with each of these in turn, and then with a stream that stays open. */
function script(...answers: (() => Response | Error | Promise<Response>)[]): ReturnType<typeof fakeFetch> {
  return fakeFetch((_call, index) => answers[index]?.() ?? openStream().response);
}

test("S-1: reading is exactly the protocol's request", async () => {
  const { fetch, calls } = script();
  read(client({ fetch, base: "https://relay.example/prefix", sessionId: "ä b" }));
  await settle();
  const [{ url, method, headers, body }] = calls as [Call];
  expect({ url, method, body }).toEqual({
    url: "https://relay.example/prefix/api/internal/stream/signal/%C3%A4%20b/events",
    method: "GET",
    body: undefined,
  });
  expect(Object.fromEntries(headers)).toEqual({ accept: "text/event-stream", authorization: "Bearer KEY", "cache-control": "no-cache" });
});

test("S-1: the other side's messages are passed on unchanged, with ts", async () => {
  const { fetch } = script(() => openStream("retry: 1500\n\n: hi\n\n", signalEvent(1, "browser", "offer", "{}")).response);
  const { items } = read(client({ fetch }));
  await settle();
  expect(items).toEqual([{ from: "browser", type: "offer", payload: "{}", ts: 1_700_000_000_001 }]);
});

test.each([
  ["another name", 'event: other\ndata: {"from":"browser","type":"bye","payload":""}\n\n'],
  ["data that is not JSON", "event: signal\ndata: {oops\n\n"],
  ["JSON that is not an object", "event: signal\ndata: null\n\n"],
  ["an unknown type", signalEvent(1, "browser", "renegotiate")],
  ["an unknown side", signalEvent(1, "nobody", "bye")],
  ["our own side", signalEvent(1, "agent", "answer")],
  ["a payload that is not a string", 'data: {"from":"browser","type":"bye","payload":{}}\n\n'],
])("S-1: an event with %s is skipped", async (_name, event) => {
  const { fetch, calls } = script(() => openStream(event, signalEvent(2, "browser", "candidate", "next")).response);
  const { items } = read(client({ fetch }));
  await settle();
  expect(payloads(items)).toEqual(["next"]);
  expect(calls).toHaveLength(1);
});

test.each([
  ["without a name", 'data: {"from":"browser","type":"candidate","payload":"x","ts":5}\n\n', { payload: "x", ts: 5 }],
  ["with unknown fields", 'data: {"from":"browser","type":"candidate","payload":"x","ts":5,"more":1}\n\n', { payload: "x", ts: 5 }],
  ["without ts", 'data: {"from":"browser","type":"candidate","payload":"x"}\n\n', { payload: "x" }],
  ["with an invalid ts", 'data: {"from":"browser","type":"candidate","payload":"x","ts":"now"}\n\n', { payload: "x" }],
  ["without a payload, which is empty then", 'data: {"from":"browser","type":"candidate"}\n\n', { payload: "" }],
])("a signal %s is accepted", async (_name, event, fields) => {
  const { fetch } = script(() => openStream(event).response);
  const { items } = read(client({ fetch }));
  await settle();
  expect(items).toEqual([{ from: "browser", type: "candidate", ...fields }]);
});

describe("reopening", () => {
  test("S-2: at once after a normal end, with the last id", async () => {
    const { fetch, calls } = script(
      () => endedStream(signalEvent(7, "browser", "candidate", "a"), signalEvent(8, "agent", "answer", "own")),
      () => endedStream(": nothing new since\n\n", signalEvent(9, "browser", "candidate", "b")),
    );
    const { items } = read(client({ fetch }));
    await settle();
    expect(calls.map(({ headers }) => headers.get("last-event-id"))).toEqual([null, "8", "9"]);
    expect(payloads(items)).toEqual(["a", "b"]);
  });

  test("S-2: at once after a response of 25 s without events", async () => {
    const quiet = openStream();
    const { fetch, calls } = script(() => quiet.response);
    read(client({ fetch }));
    await vi.advanceTimersByTimeAsync(25_000);
    quiet.end();
    await settle();
    expect(calls).toHaveLength(2);
  });

  test.each([
    ["a network failure", networkFailure],
    ["500", () => json({}, 500)],
    ["429", () => json({}, 429)],
    ["400, which may be a relay in trouble", () => json({}, 400)],
    ["a page instead of events", () => new Response("<html>", { headers: { "content-type": "text/html" } })],
    ["a stream that ends as soon as it is open", () => endedStream()],
    [
      "a stream that breaks",
      () => {
        const stream = openStream(": hi\n\n");
        stream.fail();
        return stream.response;
      },
    ],
  ])("S-2: about 1 s after %s", async (_name, failure) => {
    const { fetch, calls } = script(failure, failure);
    const troubles: SignalError[] = [];
    read(client({ fetch, onTrouble: (error) => troubles.push(error) }));
    await vi.advanceTimersByTimeAsync(740);
    expect(calls).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(520);
    expect(calls).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1000);
    expect(calls).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(2000);
    expect(calls).toHaveLength(3);
    expect(troubles.map(({ name }) => name)).toEqual(["SignalError", "SignalError"]);
  });

  test("a relay that never responds times out after 10 s and is retried", async () => {
    const { fetch, calls } = script(hang);
    read(client({ fetch }));
    await vi.advanceTimersByTimeAsync(ANSWER_TIMEOUT_MS - 1);
    expect(calls[0]?.signal?.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(2000);
    expect(calls[0]?.signal?.aborted).toBe(true);
    expect(calls).toHaveLength(2);
  });

  test("a stream that went silent without an end is reopened", async () => {
    const silent = openStream();
    const { fetch, calls } = script(() => silent.response);
    read(client({ fetch }));
    await vi.advanceTimersByTimeAsync(45_000);
    expect(silent.cancelled).toBe(true);
    expect(calls).toHaveLength(2);
  });

  test("waits grow to 15 s, and start over after a success", async () => {
    const random = vi.spyOn(Math, "random").mockReturnValue(0.5);
    const startMs = performance.now();
    const at: number[] = [];
    const stream = openStream(signalEvent(1, "browser", "candidate"));
    const { fetch } = fakeFetch((_call, index) => {
      at.push(performance.now() - startMs);
      return index === 6 ? stream.response : networkFailure();
    });
    read(client({ fetch }));
    await vi.advanceTimersByTimeAsync(50_000);
    stream.fail();
    await vi.advanceTimersByTimeAsync(3000);
    expect(at).toEqual([0, 1000, 3000, 7000, 15_000, 30_000, 45_000, 51_000, 53_000]);
    random.mockRestore();
  });

  test("`retry:` is ignored: the protocol fixes the waits", async () => {
    const { fetch, calls } = script(() => {
      const stream = openStream("retry: 3600000\n\n");
      stream.fail();
      return stream.response;
    });
    read(client({ fetch }));
    await vi.advanceTimersByTimeAsync(1250);
    expect(calls).toHaveLength(2);
  });

  test("Retry-After is followed", async () => {
    const { fetch, calls } = script(() => json({}, 503, { "retry-after": "9" }));
    read(client({ fetch }));
    await vi.advanceTimersByTimeAsync(8900);
    expect(calls).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(calls).toHaveLength(2);
  });
});

describe("duplicates", () => {
  test("of a relay that repeats everything are not delivered twice", async () => {
    const [first, second, third] = [1, 2, 3].map((id) => signalEvent(id, "browser", "candidate", `c${id}`)) as [string, string, string];
    const { fetch } = script(
      () => endedStream(first, second),
      () => endedStream(first, second, third),
    );
    const { items } = read(client({ fetch }));
    await settle();
    expect(payloads(items)).toEqual(["c1", "c2", "c3"]);
  });

  test("a relay that repeats everything and sends nothing new is not read in a tight loop", async () => {
    const { fetch, calls } = fakeFetch(() => endedStream(signalEvent(1, "browser", "candidate", "a")));
    const { items } = read(client({ fetch }));
    await vi.advanceTimersByTimeAsync(5000);
    expect(items).toHaveLength(1);
    expect(calls.length).toBeLessThan(6);
  });

  test("a repeated id with other data is not a duplicate", async () => {
    const { fetch } = script(
      () => endedStream(signalEvent(1, "browser", "candidate", "one")),
      () => endedStream(signalEvent(1, "browser", "candidate", "two")),
    );
    const { items } = read(client({ fetch }));
    await settle();
    expect(payloads(items)).toEqual(["one", "two"]);
  });

  test.each(["", "id\n", "id: \n"])("events without an id, %j, are all delivered", async (field) => {
    const event = `${field}data: {"from":"browser","type":"candidate","payload":"x"}\n\n`;
    const { fetch } = script(() => openStream(event, event).response);
    const { items } = read(client({ fetch }));
    await settle();
    expect(items).toHaveLength(2);
  });

  test.each([
    ["too long", "7".repeat(200)],
    ["of characters that no header takes", "7ü"],
  ])("an id that is %s is not sent back", async (_name, id) => {
    const { fetch, calls } = script(() => endedStream(`id: ${id}\ndata: {"from":"browser","type":"bye"}\n\n`));
    const { items } = read(client({ fetch }));
    await settle();
    expect(items).toHaveLength(1);
    expect(calls[1]?.headers.has("last-event-id")).toBe(false);
  });

  test("a later reader continues where the last one stopped", async () => {
    const all = [1, 2, 3].map((id) => signalEvent(id, "browser", "candidate", `c${id}`));
    const { fetch, calls } = fakeFetch(() => openStream(...all).response);
    const signals = client({ fetch });
    expect(payloads(await take(2, signals.messages({ signal: controller.signal })))).toEqual(["c1", "c2"]);
    expect(payloads(await take(1, signals.messages({ signal: controller.signal })))).toEqual(["c3"]);
    expect(calls[1]?.headers.get("last-event-id")).toBe("2");
  });
});

test.each([
  [401, "unauthorized"],
  [403, "forbidden"],
  [404, "not-found"],
])("S-4: %i ends the reading at once with %j", async (status, reason) => {
  const { fetch, calls } = script(
    () => endedStream(signalEvent(1, "browser", "candidate")),
    () => json({}, status),
  );
  expect(await read(client({ fetch })).done).toMatchObject({ name: "SignalError", reason, status });
  expect(calls).toHaveLength(2);
});

test("S-3: a line over 256 KiB ends the reading with `over-cap`", async () => {
  const { fetch, calls } = script(() => openStream(`data: ${"x".repeat(MAX_LINE_BYTES)}`).response);
  expect(await read(client({ fetch })).done).toMatchObject({ reason: "over-cap" });
  expect(calls).toHaveLength(1);
});

describe("an abort ends the reading without an error", () => {
  test.each([
    ["before it began", 0, () => openStream().response, true],
    ["while the request is under way", 10, hang, false],
    ["while the stream is open", 10, () => openStream().response, false],
    ["while it waits to try again", 10, networkFailure, false],
  ])("%s", async (_name, afterMs, answer, before) => {
    const { fetch, calls } = fakeFetch(answer);
    if (before) controller.abort();
    const { done } = read(client({ fetch }));
    await vi.advanceTimersByTimeAsync(afterMs);
    controller.abort(new Error("enough"));
    expect(await done).toBeUndefined();
    expect(calls).toHaveLength(before ? 0 : 1);
  });
});

test("the body of a response that is not an event stream is cancelled", async () => {
  let cancelled = false;
  const body = new ReadableStream({ cancel: () => void (cancelled = true) });
  const { fetch } = script(() => new Response(body, { headers: { "content-type": "text/html" } }));
  read(client({ fetch }));
  await settle();
  expect(cancelled).toBe(true);
});

test("leaving the loop closes the stream", async () => {
  const stream = openStream(signalEvent(1, "browser", "offer"));
  const { fetch } = script(() => stream.response);
  await take(1, client({ fetch }).messages({ signal: controller.signal }));
  expect(stream.cancelled).toBe(true);
});
