import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createPlaceholderCertificate } from "../certificates/self-signed.ts";
import { createExchange, type Exchange } from "./exchange.ts";

const pair = createPlaceholderCertificate("localhost");

/** A server that answers each path in its way. */
async function serve(): Promise<string> {
  const server = createServer(pair, (incoming, response) => {
    if (incoming.url === "/silent") return;
    if (incoming.url === "/endless") {
      response.on("error", () => undefined);
      const more = (): void => {
        while (!response.destroyed && response.write("x".repeat(65_536)));
        response.once("drain", more);
      };
      more();
      return;
    }
    incoming.resume();
    response.writeHead(201, { "replay-nonce": "abc" }).end(`${incoming.method} ${incoming.headers["content-type"] ?? "none"}`);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `https://localhost:${(server.address() as AddressInfo).port}`;
}

const trusting: Exchange = createExchange({ ca: pair.cert, userAgent: "test" });

test("a request gets status, headers and body, by a CA file of its own", async () => {
  const base = await serve();
  const post = await trusting({ method: "POST", url: `${base}/`, body: "{}" });
  expect(post).toMatchObject({ status: 201, headers: { "replay-nonce": "abc" }, body: "POST application/jose+json" });
  expect((await trusting({ method: "GET", url: `${base}/` })).body).toBe("GET none");
});

test("a server that is not trusted, one that isn't there, and plain http are refused with a reason", async () => {
  const base = await serve();
  const usual = createExchange({ userAgent: "test" });
  await expect(usual({ method: "GET", url: `${base}/` })).rejects.toMatchObject({ reason: "ca-untrusted" });
  await expect(usual({ method: "GET", url: "https://127.0.0.1:1/" })).rejects.toMatchObject({
    reason: "ca-unreachable",
    message: "127.0.0.1:1: ECONNREFUSED",
  });
  await expect(usual({ method: "GET", url: base.replace("https:", "http:") })).rejects.toMatchObject({ reason: "ca-failed" });
});

test("an endless answer is cut", async () => {
  const base = await serve();
  await expect(trusting({ method: "GET", url: `${base}/endless` })).rejects.toMatchObject({ reason: "ca-failed" });
});

test("a request ends when its signal aborts", async () => {
  const base = await serve();
  const controller = new AbortController();
  const waiting = trusting({ method: "GET", url: `${base}/silent`, signal: controller.signal });
  const stopped = new Error("stopped");
  setTimeout(() => controller.abort(stopped), 20);
  await expect(waiting).rejects.toBe(stopped);
});
