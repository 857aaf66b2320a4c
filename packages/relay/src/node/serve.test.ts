import { readFile } from "node:fs/promises";
import { type IncomingMessage, request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { connect, createServer, type Socket } from "node:net";
import { once } from "node:events";
import { createRandomId } from "@rangecast/signal";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type RunningRelay, serveRelay, type ServeRelayOptions } from "./serve.ts";
import { signalPath } from "../testing/relay-fixture.ts";
import { SseReader } from "../testing/sse-reader.ts";

/** Time limit for what should happen at once, milliseconds. */
const PATIENCE_MS = 5000;
const KEY = "api-key";
const SESSION = signalPath("session");
const AUTHORIZATION = { authorization: `Bearer ${KEY}` };

const running: RunningRelay[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((relay) => relay.close()));
});

async function serve(options: Partial<ServeRelayOptions> = {}): Promise<RunningRelay> {
  const relay = await serveRelay({ host: "127.0.0.1", port: 0, apiKeys: [KEY], ...options });
  running.push(relay);
  return relay;
}

async function post(relay: RunningRelay, payload: string): Promise<number> {
  const body = JSON.stringify({ from: "browser", type: "candidate", payload });
  // With another User-Agent than the reader's, since a reader doesn't get its own posts (S-7).
  const headers = { ...AUTHORIZATION, "user-agent": "browser" };
  const response = await fetch(`${relay.url}${SESSION}`, { method: "POST", headers, body });
  await response.arrayBuffer();
  return response.status;
}

async function read(relay: RunningRelay, signal?: AbortSignal): Promise<Response> {
  return fetch(`${relay.url}${SESSION}/events`, { headers: AUTHORIZATION, ...(signal === undefined ? {} : { signal }) });
}

/** A client that requests the session's events, and reads nothing until the test tells it to. */
async function deafClient(relay: RunningRelay): Promise<Socket> {
  const socket = connect(relay.port, "127.0.0.1");
  await once(socket, "connect");
  socket.pause();
  socket.on("error", () => undefined);
  socket.write(`GET ${SESSION}/events HTTP/1.1\r\nHost: relay.test\r\nAuthorization: Bearer ${KEY}\r\n\r\n`);
  return socket;
}

describe("serveRelay", () => {
  test("speaks the base protocol: a post is delivered at once, with the protocol's headers", async () => {
    const relay = await serve();
    const response = await read(relay);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "text/event-stream",
      "cache-control": "no-cache, no-transform",
      "x-accel-buffering": "no",
    });
    const reader = new SseReader(response.body);
    await vi.waitFor(() => expect(reader.text).toBe("retry: 1500\n\n"), PATIENCE_MS);
    expect(await post(relay, "hello")).toBe(200);
    await vi.waitFor(async () => expect(await reader.payloads()).toEqual(["hello"]), PATIENCE_MS);
    await reader.leave();
  });

  test("ends a response when its time is over, and keeps the connection for the next", async () => {
    const relay = await serve({ limits: { streamMs: 50 } });
    await post(relay, "hello");
    for (let round = 0; round < 3; round += 1) {
      expect(await (await read(relay)).text()).toContain('"payload":"hello"');
    }
  });

  test("returns its address, and responds to a health check there", async () => {
    const relay = await serve();
    expect(relay.url).toBe(`http://127.0.0.1:${relay.port}`);
    expect(await (await fetch(`${relay.url}/healthz`)).json()).toEqual({ ok: true });
  });

  test("on a wildcard address returns one that this machine can reach", async () => {
    const relay = await serve({ host: "0.0.0.0" });
    expect((await fetch(`${relay.url}/healthz`)).status).toBe(200);
  });

  test("does not replace the process's global Request and Response", async () => {
    const before = [globalThis.Request, globalThis.Response];
    await serve();
    expect([globalThis.Request, globalThis.Response]).toEqual(before);
  });

  test("a client that disconnects releases its slot", async () => {
    const relay = await serve({ limits: { streamsPerAddress: 1 } });
    const gone = new AbortController();
    expect((await read(relay, gone.signal)).status).toBe(200);
    expect((await read(relay)).status).toBe(429);
    gone.abort();
    await vi.waitFor(async () => {
      const response = await read(relay);
      await response.body?.cancel();
      expect(response.status).toBe(200);
    }, PATIENCE_MS);
  });

  test("counts a client by its socket's address, whatever its headers contain", async () => {
    const relay = await serve({ limits: { joinsPerAddress: 1 } });
    const look = (forwardedFor: string) =>
      fetch(`${relay.url}/api/v1/shares/${createRandomId()}`, { headers: { ...AUTHORIZATION, "x-forwarded-for": forwardedFor } });
    expect((await look("192.0.2.1")).status).toBe(404);
    expect((await look("192.0.2.2")).status).toBe(429);
  });

  test("refuses a body over the cap without Content-Length, and stops reading it", async () => {
    const relay = await serve();
    const request = httpRequest(`${relay.url}${SESSION}`, { method: "POST", headers: AUTHORIZATION });
    request.on("error", () => undefined);
    const answering = once(request, "response");
    const filling = setInterval(() => request.write("x".repeat(16_384)), 1);
    const [response] = (await answering) as [IncomingMessage];
    clearInterval(filling);
    expect(response.statusCode).toBe(413);
    request.destroy();
  });

  test("disconnects a reader that stalls, and others keep reading", async () => {
    const relay = await serve({ limits: { heartbeatMs: 200, sessionBytes: 64 * 1024 * 1024, sessionMessages: 1000 } });
    const deaf = await deafClient(relay);
    const reader = new SseReader((await read(relay)).body);
    const payloads = Array.from({ length: 400 }, (_, index) => `${index} ${"x".repeat(60_000)}`);
    for (const payload of payloads) {
      expect(await post(relay, payload)).toBe(200);
    }
    await vi.waitFor(async () => expect(await reader.payloads()).toHaveLength(payloads.length), PATIENCE_MS);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    let taken = 0;
    deaf.on("data", (chunk) => (taken += chunk.byteLength));
    deaf.resume();
    if (!deaf.destroyed) {
      await once(deaf, "close");
    }
    // Only what the kernel had buffered: the whole would be 24 MB.
    expect(taken).toBeLessThan(20_000_000);
    await reader.leave();
  }, 30_000);
});

describe("other paths", () => {
  test("are handled by the fallback: the page", async () => {
    const relay = await serve({ fallback: async (request) => new Response(`page ${new URL(request.url).pathname}`) });
    expect(await (await fetch(`${relay.url}/`)).text()).toBe("page /");
    expect(await (await fetch(`${relay.url}/s/abc`)).text()).toBe("page /s/abc");
    expect(await (await fetch(`${relay.url}/apiary`)).text()).toBe("page /apiary");
    expect((await fetch(`${relay.url}/healthz`)).headers.get("content-type")).toContain("json");
    expect((await fetch(`${relay.url}/api/nothing`)).status).toBe(404);
  });

  test("are 404 without a fallback", async () => {
    expect((await fetch(`${(await serve()).url}/`)).status).toBe(404);
  });
});

describe("https", () => {
  const pem = (name: string) => readFile(new URL(`../../test-data/${name}.pem`, import.meta.url), "utf8");

  test("with a certificate and its key", async () => {
    const tls = { cert: await pem("cert"), key: await pem("key") };
    const relay = await serve({ tls });
    expect(relay.url).toMatch(/^https:/);
    const request = httpsRequest(`${relay.url}/healthz`, { ca: tls.cert });
    request.end();
    const [response] = (await once(request, "response")) as [IncomingMessage];
    expect(response.statusCode).toBe(200);
    response.resume();
  });

  test("with something else fails with a reason", async () => {
    const cert = await pem("cert");
    await expect(serve({ tls: { cert, key: "nonsense" } })).rejects.toMatchObject({ name: "RelayError", reason: "bad-tls" });
  });
});

describe("listening fails", () => {
  test("on a port in use, with that reason", async () => {
    const squatter = createServer().listen(0, "127.0.0.1");
    await once(squatter, "listening");
    const address = squatter.address();
    const port = typeof address === "object" ? (address?.port ?? 0) : 0;
    await expect(serve({ port })).rejects.toMatchObject({ name: "RelayError", reason: "port-in-use" });
    squatter.close();
  });

  test("on an address that isn't ours", async () => {
    await expect(serve({ host: "192.0.2.1" })).rejects.toMatchObject({ name: "RelayError", reason: "bad-host" });
  });
});

describe("close()", () => {
  test("ends open streams, ends soon, and may be called again", async () => {
    const relay = await serve();
    const reader = new SseReader((await read(relay)).body);
    await vi.waitFor(() => expect(reader.text).not.toBe(""), PATIENCE_MS);
    await relay.close();
    await relay.close();
    await vi.waitFor(() => expect(reader.over).toBe("ended"), PATIENCE_MS);
    await expect(fetch(`${relay.url}/healthz`)).rejects.toThrow();
  });

  test("does not wait for a client that neither reads nor leaves, nor for one that never finishes its request", async () => {
    const relay = await serve();
    const deaf = await deafClient(relay);
    const slow = connect(relay.port, "127.0.0.1");
    slow.on("error", () => undefined);
    await once(slow, "connect");
    slow.write(`POST ${SESSION} HTTP/1.1\r\nHost: relay.test\r\nAuthorization: Bearer ${KEY}\r\nContent-Length: 100\r\n\r\n{`);
    await relay.close();
    deaf.destroy();
    slow.destroy();
  });
});
