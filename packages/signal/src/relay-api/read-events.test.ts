import { getEventListeners } from "node:events";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { collect, endedStream, openStream } from "../../test/fake-fetch.ts";
import { MAX_EVENT_BYTES, MAX_LINE_BYTES } from "../messages/message.ts";
import { readEvents, type ServerEvent } from "./read-events.ts";

const idle = new AbortController().signal;
const KIBIBYTE = 1024;

async function eventsOf(response: Response): Promise<ServerEvent[]> {
  const { items, done } = collect(readEvents(response, { signal: idle }));
  expect(await done).toBeUndefined();
  return items;
}

async function failureOf(response: Response): Promise<unknown> {
  return collect(readEvents(response, { signal: idle })).done;
}

/** A response that repeats a text for ever, and counts how much of it is read. */
function endless(text: string): { response: Response; pulledBytes: () => number; cancelled: () => boolean } {
  let pulled = 0;
  let cancelled = false;
  const chunk = new TextEncoder().encode(text);
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      pulled += chunk.byteLength;
      controller.enqueue(chunk);
    },
    cancel: () => void (cancelled = true),
  });
  return { response: new Response(body), pulledBytes: () => pulled, cancelled: () => cancelled };
}

test("S-1: events are read with name, id and data; heartbeats and retry are skipped", async () => {
  const text = 'retry: 1500\n\n: heartbeat\n\nevent: signal\nid: 7\n: in between\ndata: {"a":1}\n\nevent: other\ndata: x\ndata: y\n\n';
  expect(await eventsOf(endedStream(text))).toEqual([
    { event: "signal", id: "7", data: '{"a":1}' },
    { event: "other", id: undefined, data: "x\ny" },
  ]);
});

test("S-1: an event without a name is a signal", async () => {
  expect(await eventsOf(endedStream("data: x\n\n"))).toEqual([{ event: "signal", id: undefined, data: "x" }]);
});

test("an event that the end cuts off is dropped", async () => {
  expect(await eventsOf(endedStream("data: x\n\ndata: cut\n"))).toHaveLength(1);
});

test("a response without a body has no events", async () => {
  expect(await eventsOf(new Response(null, { status: 204 }))).toEqual([]);
});

test("events are the same however the bytes are cut, and whichever line ends are used", async () => {
  const lines = ["event: signal", "id: 1", "data: ü€😀", "", ":hb", "", "data: a", "data: b", ""];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom("\n", "\r\n", "\r"),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
      async (lineEnd, steps) => {
        const bytes = new TextEncoder().encode(`${lines.join(lineEnd)}${lineEnd}`);
        const stream = openStream();
        for (let start = 0, turn = 0; start < bytes.byteLength; turn += 1) {
          const step = steps[turn % steps.length] ?? 1;
          stream.write(bytes.slice(start, start + step));
          start += step;
        }
        // A lone CR at the end could be half of a CRLF, which the next line decides.
        stream.write(":\n");
        stream.end();
        expect(await eventsOf(stream.response)).toEqual([
          { event: "signal", id: "1", data: "ü€😀" },
          { event: "signal", id: undefined, data: "a\nb" },
        ]);
      },
    ),
    { numRuns: 60 },
  );
});

test("S-3: a line of 256 KiB is accepted, one byte more is over the cap", async () => {
  const line = `data:${"x".repeat(MAX_LINE_BYTES - "data:".length)}`;
  expect(await eventsOf(endedStream(`${line}\n\n`))).toHaveLength(1);
  expect(await failureOf(endedStream(`${line}x\n\n`))).toMatchObject({ name: "SignalError", reason: "over-cap" });
});

test("S-3: an event of 1 MiB is accepted, a longer one is over the cap", async () => {
  const line = `data:${"x".repeat(64 * KIBIBYTE - "data:".length)}\n`;
  const lines = MAX_EVENT_BYTES / (64 * KIBIBYTE);
  expect(await eventsOf(endedStream(`${line.repeat(lines)}\n${line.repeat(lines)}\n`))).toHaveLength(2);
  expect(await failureOf(endedStream(`${line.repeat(lines)}id:1\n\n`))).toMatchObject({ reason: "over-cap" });
});

test("comments don't count towards an event's size, since they are not stored", async () => {
  const heartbeats = `:${"h".repeat(KIBIBYTE)}\n`.repeat(2 * KIBIBYTE);
  expect(await eventsOf(endedStream(`data: x\n${heartbeats}\n`))).toHaveLength(1);
});

test.each([
  ["a line without an end", "x".repeat(16 * KIBIBYTE), MAX_LINE_BYTES],
  ["a comment without an end", `:${"x".repeat(16 * KIBIBYTE)}`, MAX_LINE_BYTES],
  ["data lines without an end", "data: x\n", MAX_EVENT_BYTES],
  ["data lines that end with CRLF", "data: x\r\n", MAX_EVENT_BYTES],
])("S-3: %s is cut off at the cap", async (_name, text, capBytes) => {
  const stream = endless(text.startsWith("data") ? text.repeat(KIBIBYTE) : text);
  expect(await failureOf(stream.response)).toMatchObject({ name: "SignalError", reason: "over-cap" });
  // Line ends are not counted, and a stream reads a chunk or two ahead.
  expect(stream.pulledBytes()).toBeLessThan(1.3 * capBytes + 64 * KIBIBYTE);
  expect(stream.cancelled()).toBe(true);
});

test("nothing is read before the consumer asks", async () => {
  const stream = endless("data: x\n\n");
  const events = readEvents(stream.response, { signal: idle });
  await events.next();
  const pulled = stream.pulledBytes();
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(stream.pulledBytes()).toBe(pulled);
  await events.return();
  expect(stream.cancelled()).toBe(true);
});

test("a connection that breaks is `unreachable`, with its cause", async () => {
  const stream = openStream("data: x\n\n");
  const { items, done } = collect(readEvents(stream.response, { signal: idle }));
  await vi.waitFor(() => expect(items).toHaveLength(1));
  stream.fail();
  expect(await done).toMatchObject({ reason: "unreachable", cause: expect.any(TypeError) as unknown });
});

test("an abort ends the reading with the signal's reason and cancels the body", async () => {
  const stream = openStream();
  const controller = new AbortController();
  const { done } = collect(readEvents(stream.response, { signal: controller.signal }));
  controller.abort(new Error("enough"));
  expect(await done).toMatchObject({ message: "enough" });
  expect(stream.cancelled).toBe(true);
});

test("reading leaves no listener on the signal", async () => {
  const { signal } = new AbortController();
  await collect(readEvents(endedStream("data: x\n\n"), { signal })).done;
  expect(getEventListeners(signal, "abort")).toEqual([]);
});

test("an aborted signal reads nothing, and cancels the body", async () => {
  const stream = openStream("data: x\n\n");
  const { items, done } = collect(readEvents(stream.response, { signal: AbortSignal.abort(new Error("before")) }));
  expect(await done).toMatchObject({ message: "before" });
  expect(items).toEqual([]);
  expect(stream.cancelled).toBe(true);
});

test("a stream that is silent for too long is `unreachable`; a heartbeat is enough to continue", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const stream = openStream();
  const { done } = collect(readEvents(stream.response, { signal: idle, idleMs: 1000 }));
  await vi.advanceTimersByTimeAsync(900);
  stream.write(":\n\n");
  await vi.advanceTimersByTimeAsync(900);
  expect(stream.cancelled).toBe(false);
  await vi.advanceTimersByTimeAsync(100);
  expect(await done).toMatchObject({ reason: "unreachable" });
  expect(stream.cancelled).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});
