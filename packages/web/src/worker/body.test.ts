import { describe, expect, test, vi } from "vitest";
import { CREDIT_BYTES } from "../shared/limits.ts";
import type { TypedPort } from "../shared/ports/typed-port.ts";
import type { BodyToSource, Message, SourceToBody } from "../shared/messages/worker-messages.ts";
import { createBody } from "./body.ts";

/** A port whose other end is the test. */
function fakePort() {
  const sent: Message<BodyToSource>[] = [];
  let listener: (message: Message<SourceToBody>) => void = () => undefined;
  const close = vi.fn<() => void>();
  const port: TypedPort<BodyToSource, SourceToBody> = {
    post: (message) => sent.push(message),
    listen: (handle) => (listener = handle),
    close,
  };
  return { port, sent, close, receive: (message: Message<SourceToBody>) => listener(message) };
}

function openBody(length: number) {
  const fake = fakePort();
  const gone = new AbortController();
  const onEnd = vi.fn<() => void>();
  const reader = createBody({ port: fake.port, range: { start: 10, end: 10 + length }, pageGone: gone.signal, onEnd }).getReader();
  const chunk = (size: number) => fake.receive({ type: "chunk", bytes: new Uint8Array(size) });
  return { ...fake, gone, onEnd, reader, chunk };
}

test("requests its range with the first credit, passes the bytes on and closes after the last", async () => {
  const { reader, chunk, sent, onEnd, close } = openBody(30);
  expect(sent).toEqual([{ type: "start", range: { start: 10, end: 40 }, credit: CREDIT_BYTES }]);
  chunk(10);
  chunk(20);
  expect((await reader.read()).value).toHaveLength(10);
  expect((await reader.read()).value).toHaveLength(20);
  expect((await reader.read()).done).toBe(true);
  expect(onEnd).toHaveBeenCalledOnce();
  expect(close).toHaveBeenCalledOnce();
});

test("returns credit when the reader takes bytes, not when they arrive", async () => {
  const { reader, chunk, sent } = openBody(100);
  chunk(10);
  chunk(20);
  await Promise.resolve();
  expect(sent.filter((message) => message.type === "credit")).toEqual([]);
  await reader.read();
  expect(sent.filter((message) => message.type === "credit")).toEqual([{ type: "credit", bytes: 10 }]);
});

test("a read before any bytes arrive waits for them", async () => {
  const { reader, chunk } = openBody(5);
  const read = reader.read();
  chunk(5);
  expect((await read).value).toHaveLength(5);
});

describe("missing bytes are an error, never an end", () => {
  test("when the page sends failed", async () => {
    const { reader, chunk, receive, sent, onEnd } = openBody(30);
    chunk(10);
    await reader.read();
    const read = reader.read();
    receive({ type: "failed" });
    await expect(read).rejects.toThrow("can't get the rest");
    expect(sent.at(-1)).toEqual({ type: "cancel" });
    expect(onEnd).toHaveBeenCalledOnce();
  });

  test("when the page is closed", async () => {
    const { reader, gone, onEnd } = openBody(30);
    const read = reader.read();
    gone.abort();
    await expect(read).rejects.toThrow("was closed");
    expect(onEnd).toHaveBeenCalledOnce();
  });

  test("when the page was closed before the body was opened", async () => {
    const fake = fakePort();
    const body = createBody({ port: fake.port, range: { start: 0, end: 1 }, pageGone: AbortSignal.abort(), onEnd: () => undefined });
    await expect(body.getReader().read()).rejects.toThrow("was closed");
  });

  test("and so are more bytes than requested", async () => {
    const { reader, chunk } = openBody(30);
    const read = reader.read();
    chunk(31);
    await expect(read).rejects.toThrow("more than the range holds");
  });
});

test("a reader that cancels sends cancel to the page, even while a read is pending", async () => {
  for (const waiting of [false, true]) {
    const { reader, sent, onEnd, close } = openBody(30);
    const read = waiting ? reader.read() : undefined;
    await reader.cancel();
    await read;
    expect(sent.filter((message) => message.type === "cancel")).toHaveLength(1);
    expect(onEnd).toHaveBeenCalledOnce();
    expect(close).toHaveBeenCalledOnce();
  }
});

test("responds to pings", () => {
  const { receive, sent } = openBody(30);
  receive({ type: "ping" });
  expect(sent.at(-1)).toEqual({ type: "pong" });
});

describe("an open-ended range", () => {
  test("closes after the page sent end and all bytes were taken", async () => {
    const { reader, chunk, receive, onEnd } = openBody(Infinity);
    chunk(20);
    chunk(5);
    receive({ type: "end" });
    expect((await reader.read()).value).toHaveLength(20);
    expect((await reader.read()).value).toHaveLength(5);
    expect(onEnd).not.toHaveBeenCalled();
    expect(await reader.read()).toEqual({ done: true, value: undefined });
    expect(onEnd).toHaveBeenCalledTimes(1);
  });

  test("closes if end arrives while a read is pending", async () => {
    const { reader, receive } = openBody(Infinity);
    const read = reader.read();
    receive({ type: "end" });
    expect((await read).done).toBe(true);
  });

  test("errors if the page fails or is closed before it sent end", async () => {
    const failing = openBody(Infinity);
    failing.chunk(20);
    failing.receive({ type: "failed" });
    await expect(failing.reader.read()).rejects.toThrow("can't get the rest");
    const leaving = openBody(Infinity);
    leaving.gone.abort();
    await expect(leaving.reader.read()).rejects.toThrow("was closed");
  });
});

test("an end before the last byte of a range with a known length is an error", async () => {
  const { reader, chunk, receive } = openBody(30);
  chunk(20);
  receive({ type: "end" });
  await expect(reader.read()).rejects.toThrow("before its last byte");
});
