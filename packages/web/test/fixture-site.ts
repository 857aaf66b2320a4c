/* Serves the page with a fake host and the real service worker. */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { inject } from "vitest";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

declare module "vitest" {
  interface ProvidedContext {
    /** The folder of the page that fixture-setup.ts built. */
    readonly fixturePage: string;
  }
}

export interface FixtureSite {
  readonly origin: string;
  /** A complete link, with the query that the fixture reads. */
  link(query?: Record<string, string>): string;
  /** Paths of the requests that reached the server. */
  readonly requests: string[];
  /** Serves a body under a path. The fake host fetches its content there. */
  put(path: string, body: Uint8Array): void;
  /** Changes the `/sw.js` that is served from now on. */
  replaceWorker(change: (code: string) => string): Promise<void>;
  /** From now on, requests for `/sw.js` get no response, as if all of the browser's connections were in use. */
  holdWorker(): void;
  close(): Promise<void>;
}

/** Serves what fixture-setup.ts built. */
export function startFixtureSite(): Promise<FixtureSite> {
  return serve(inject("fixturePage"));
}

async function serve(folder: string): Promise<FixtureSite> {
  const requests: string[] = [];
  const extras = new Map<string, Uint8Array>();
  let workerHeld = false;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    requests.push(pathname);
    if (workerHeld && pathname === "/sw.js") return;
    const extra = extras.get(pathname);
    const headers = { "Cache-Control": "no-cache", "Content-Type": TYPES[extname(pathname)] ?? "text/html; charset=utf-8" };
    if (extra) return void response.writeHead(200, headers).end(extra);
    const isPage = pathname === "/" || pathname.startsWith("/s/");
    const path = join(folder, isPage ? "index.html" : pathname);
    const found = path.startsWith(folder) ? await stat(path).catch(() => undefined) : undefined;
    if (!found?.isFile()) return void response.writeHead(404).end();
    createReadStream(path).pipe(response.writeHead(200, headers));
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    requests,
    link: (query = {}) => `${origin}/s/${"A".repeat(22)}?${new URLSearchParams(query)}#v1.${"A".repeat(43)}`,
    put: (path, body) => extras.set(path, body),
    replaceWorker: async (change) => {
      const code = await (await fetch(`${origin}/sw.js`)).text();
      extras.set("/sw.js", Buffer.from(change(code)));
    },
    holdWorker: () => {
      workerHeld = true;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
