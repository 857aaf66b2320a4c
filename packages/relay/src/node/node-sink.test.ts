import { once } from "node:events";
import { createServer, get, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { openNodeSink } from "./node-sink.ts";

const server = createServer();
afterEach(async () => {
  server.removeAllListeners("request");
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** A current request: Node's response, and the client's side. */
async function exchange(): Promise<{ outgoing: ServerResponse; response: Promise<IncomingMessage>; leave: () => void }> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const arriving = once(server, "request") as Promise<[IncomingMessage, ServerResponse]>;
  const request = get({ port: (server.address() as AddressInfo).port, host: "127.0.0.1" });
  request.on("error", () => undefined);
  const response = once(request, "response").then(([message]) => message as IncomingMessage);
  response.catch(() => undefined);
  const [, outgoing] = await arriving;
  return { outgoing, response, leave: () => request.destroy() };
}

test("writes the head and the text, at once, and ends", async () => {
  const { outgoing, response } = await exchange();
  const { sink } = openNodeSink(outgoing)(new Headers({ "x-test": "yes" }), { onCapacity: () => undefined, onGone: () => undefined });
  sink.write("one ");
  const message = await response;
  expect(message.headers["x-test"]).toBe("yes");
  sink.write("two");
  sink.close();
  const chunks = await message.toArray();
  expect(Buffer.concat(chunks as Buffer[]).toString()).toBe("one two");
});

test("is full when the client doesn't read, and reports when it is not any more", async () => {
  const { outgoing, response } = await exchange();
  const onCapacity = vi.fn<() => void>();
  const { sink } = openNodeSink(outgoing)(new Headers(), { onCapacity, onGone: () => undefined });
  for (let count = 0; count < 1000 && !(sink.isFull() && outgoing.writableLength > 100_000); count += 1) {
    sink.write("x".repeat(100_000));
  }
  expect(sink.isFull()).toBe(true);
  expect(onCapacity).not.toHaveBeenCalled();
  (await response).resume();
  await vi.waitFor(() => expect(onCapacity).toHaveBeenCalled());
  expect(sink.isFull()).toBe(false);
  sink.close();
});

test("reports when the client disconnects", async () => {
  const { outgoing, leave } = await exchange();
  const onGone = vi.fn<() => void>();
  openNodeSink(outgoing)(new Headers(), { onCapacity: () => undefined, onGone });
  leave();
  await vi.waitFor(() => expect(onGone).toHaveBeenCalled());
});

test("reports a client that disconnected before it was created, and accepts writes then", async () => {
  const { outgoing, leave } = await exchange();
  leave();
  await once(outgoing, "close");
  const onGone = vi.fn<() => void>();
  const { sink } = openNodeSink(outgoing)(new Headers(), { onCapacity: () => undefined, onGone });
  sink.write("too late");
  sink.close();
  await vi.waitFor(() => expect(onGone).toHaveBeenCalled());
});

test("cuts the connection", async () => {
  const { outgoing, response } = await exchange();
  const { sink } = openNodeSink(outgoing)(new Headers(), { onCapacity: () => undefined, onGone: () => undefined });
  sink.write("one");
  const message = await response;
  sink.cut();
  await expect(message.toArray()).rejects.toThrow("aborted");
});
