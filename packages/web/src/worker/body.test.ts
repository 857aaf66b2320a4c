import { describe, expect, test, vi } from "vitest";
import { CREDIT_BYTES } from "../shared/limits.ts";
import type { TypedPort } from "../shared/typed-port.ts";
import type { BodyToSource, Message, SourceToBody } from "../shared/worker-messages.ts";
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
  return { port, sent, close, say: (message: Message<SourceToBody>) => listener(message) };
}

function openBody(length: number) {
  const fake = fakePort();
  const gone = new AbortController();
  const onEnd = vi.fn<() => void>();
  const reader = createBody({ port: fake.port, range: { start: 10, end: 10 + length }, pageGone: gone.signal, onEnd }).getReader();
  const chunk = (size: number) => fake.say({ type: "chunk", bytes: new Uint8Array(size) });
  return { ...fake, gone, onEnd, reader, chunk };
}

test("asks for its range with the first credit, passes the bytes on and closes after the last", async () => {
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

test("gives credit back as the reader takes, not as bytes come in", async () => {
  const { reader, chunk, sent } = openBody(100);
  chunk(10);
  chunk(20);
  await Promise.resolve();
  expect(sent.filter((message) => message.type === "credit")).toEqual([]);
  await reader.read();
  expect(sent.filter((message) => message.type === "credit")).toEqual([{ type: "credit", bytes: 10 }]);
});

test("a reader that comes first waits for the bytes", async () => {
  const { reader, chunk } = openBody(5);
  const read = reader.read();
  chunk(5);
  expect((await read).value).toHaveLength(5);
});

describe("a shortfall is an error, never an end", () => {
  test("when the page says that the rest won't come", async () => {
    const { reader, chunk, say, sent, onEnd } = openBody(30);
    chunk(10);
    await reader.read();
    const read = reader.read();
    say({ type: "failed" });
    await expect(read).rejects.toThrow("can't get the rest");
    expect(sent.at(-1)).toEqual({ type: "cancel" });
    expect(onEnd).toHaveBeenCalledOnce();
  });

  test("when the page is gone", async () => {
    const { reader, gone, onEnd } = openBody(30);
    const read = reader.read();
    gone.abort();
    await expect(read).rejects.toThrow("was closed");
    expect(onEnd).toHaveBeenCalledOnce();
  });

  test("when the page was gone before it began", async () => {
    const fake = fakePort();
    const body = createBody({ port: fake.port, range: { start: 0, end: 1 }, pageGone: AbortSignal.abort(), onEnd: () => undefined });
    await expect(body.getReader().read()).rejects.toThrow("was closed");
  });

  test("and so is more than was asked for", async () => {
    const { reader, chunk } = openBody(30);
    const read = reader.read();
    chunk(31);
    await expect(read).rejects.toThrow("more than the range holds");
  });
});

test("a reader that leaves cancels at the page, also while a read waits", async () => {
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

test("answers pings", () => {
  const { say, sent } = openBody(30);
  say({ type: "ping" });
  expect(sent.at(-1)).toEqual({ type: "pong" });
});

describe("a range that is open-ended", () => {
  test("closes when the page says that the last byte came, and all of them were taken", async () => {
    const { reader, chunk, say, onEnd } = openBody(Infinity);
    chunk(20);
    chunk(5);
    say({ type: "end" });
    expect((await reader.read()).value).toHaveLength(20);
    expect((await reader.read()).value).toHaveLength(5);
    expect(onEnd).not.toHaveBeenCalled();
    expect(await reader.read()).toEqual({ done: true, value: undefined });
    expect(onEnd).toHaveBeenCalledTimes(1);
  });

  test("closes also where the word comes while the reader waits", async () => {
    const { reader, say } = openBody(Infinity);
    const read = reader.read();
    say({ type: "end" });
    expect((await read).done).toBe(true);
  });

  test("errors when the page fails, or goes away, before it said so", async () => {
    const failing = openBody(Infinity);
    failing.chunk(20);
    failing.say({ type: "failed" });
    await expect(failing.reader.read()).rejects.toThrow("can't get the rest");
    const leaving = openBody(Infinity);
    leaving.gone.abort();
    await expect(leaving.reader.read()).rejects.toThrow("was closed");
  });
});

test("an end of a range whose length is known is an error: it is short", async () => {
  const { reader, chunk, say } = openBody(30);
  chunk(20);
  say({ type: "end" });
  await expect(reader.read()).rejects.toThrow("before its last byte");
});
