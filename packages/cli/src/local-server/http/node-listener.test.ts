/** The adapter, with real sockets on loopback. */
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import type { Logger } from "../../output/logger.ts";
import type { LocalHandler } from "../handler.ts";
import type { LocalFile } from "../local-content.ts";
import { bodyOf } from "./body.ts";
import { createNodeListener } from "./node-listener.ts";

const CHUNK_BYTES = 64 * 1024;
/** More than the sockets of both sides hold. */
const MANY_BYTES = 64 * 1024 * 1024;
const HEAD = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

const noLog = (): void => undefined;
const silent: Logger = { debug: noLog, info: noLog, warn: noLog, error: noLog };

async function serve(handler: LocalHandler): Promise<number> {
  const server = createServer(createNodeListener(handler, silent));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

async function open(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  await once(socket, "connect");
  return socket;
}

interface Counted {
  readonly file: LocalFile;
  bytes: number;
  aborted: boolean;
  readonly closed: Promise<void>;
}

function countedFile(size: number): Counted {
  let closed = (): void => undefined;
  const counted: Counted = {
    bytes: 0,
    aborted: false,
    closed: new Promise((resolve) => (closed = resolve)),
    file: {
      name: "a",
      size,
      read: async function* (_range, signal) {
        signal.addEventListener("abort", () => (counted.aborted = true));
        for (; counted.bytes < size && !counted.aborted; counted.bytes += CHUNK_BYTES) yield Buffer.alloc(CHUNK_BYTES);
      },
      close: async () => closed(),
    },
  };
  return counted;
}

const respondWith =
  ({ file }: Counted): LocalHandler =>
  async (_request, gone) =>
    new Response(bodyOf(file, { start: 0, end: file.size }, gone), { headers: { "Content-Length": String(file.size) } });

it("reads no faster than the client, and stops at once when the client is gone", async () => {
  const counted = countedFile(MANY_BYTES);
  const socket = await open(await serve(respondWith(counted)));
  socket.pause();
  socket.write(HEAD);
  // Until the sockets are full: then nothing more is read.
  let seen = -1;
  while (seen !== counted.bytes || seen === 0) {
    seen = counted.bytes;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(counted.bytes).toBeLessThan(MANY_BYTES / 2);
  socket.resetAndDestroy();
  await counted.closed;
  expect(counted.aborted).toBe(true);
  expect(counted.bytes - seen).toBeLessThanOrEqual(CHUNK_BYTES);
});

it("stops reading for a client that closes while the next bytes are awaited", async () => {
  let stopped = (): void => undefined;
  const whenStopped = new Promise<void>((resolve) => (stopped = resolve));
  const file: LocalFile = {
    name: "a",
    size: 10,
    read: async function* (_range, signal) {
      yield Buffer.from("abc");
      await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
      stopped();
    },
    close: async () => undefined,
  };
  const socket = await open(await serve(respondWith({ file } as Counted)));
  socket.write(HEAD);
  await once(socket, "data");
  socket.destroy();
  await whenStopped;
});

it("cuts the connection if the body fails, so that the client can't take it for a whole file", async () => {
  const file: LocalFile = {
    name: "a",
    size: 10,
    read: async function* () {
      yield Buffer.from("abc");
      throw new Error("the file changed");
    },
    close: async () => undefined,
  };
  const port = await serve(respondWith({ file } as Counted));
  await expect(fetch(`http://127.0.0.1:${port}/`).then((response) => response.text())).rejects.toThrow();
});

it("cuts the connection if a source ends short", async () => {
  const file: LocalFile = {
    name: "a",
    size: 10,
    read: async function* () {
      yield Buffer.from("abc");
    },
    close: async () => undefined,
  };
  const port = await serve(respondWith({ file } as Counted));
  await expect(fetch(`http://127.0.0.1:${port}/`).then((response) => response.text())).rejects.toThrow();
});

it("passes the Host header, and refuses what is no path", async () => {
  const port = await serve(async (request) => new Response(`${request.headers.get("host")} ${new URL(request.url).pathname}`));
  const ask = async (target: string): Promise<string> => {
    const socket = await open(port);
    socket.end(`GET ${target} HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n`);
    let text = "";
    for await (const chunk of socket) text += String(chunk);
    return text;
  };
  expect(await ask("/x")).toMatch(/\r\n\r\n[\s\S]*a b \/x/);
  expect(await ask("http://other/")).toMatch(/^HTTP\/1\.1 400/);
});
