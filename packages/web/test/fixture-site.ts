/* Builds the page with a fake host, beside the real worker, and serves it as a web server would. */
import { createReadStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const PACKAGE = fileURLToPath(new URL("..", import.meta.url));
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

export interface FixtureSite {
  readonly origin: string;
  /** A link that is whole, to be opened with the query that the fixture reads. */
  link(query?: Record<string, string>): string;
  /** Paths that reached the server. */
  readonly requests: string[];
  /** Serves this under a path of its own: contents for the fake host. */
  put(path: string, body: Uint8Array): void;
  /** What the server gives out as `/sw.js` from now on, in place of the one that was built. */
  replaceWorker(change: (code: string) => string): Promise<void>;
  /** From now on requests for `/sw.js` get no answer, as where no connection is free for them. */
  holdWorker(): void;
  close(): Promise<void>;
}

/** Builds into a folder of its own; close() removes it. */
export async function startFixtureSite(): Promise<FixtureSite> {
  const folder = await mkdtemp(join(tmpdir(), "rangecast-page-"));
  const common = { root: PACKAGE, logLevel: "error" } as const;
  await build({
    ...common,
    build: { outDir: folder, emptyOutDir: true },
    plugins: [{ name: "fake-host", transformIndexHtml: { order: "pre", handler: useFakeHost } }],
  });
  await build({ ...common, mode: "worker", build: { outDir: folder } });
  return serve(folder);
}

function useFakeHost(html: string): string {
  const changed = html.replace("/src/page/main.ts", "/test/fixture/main.ts");
  if (changed === html) throw new Error("index.html doesn't load main.ts");
  return changed;
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
      await rm(folder, { recursive: true, force: true });
    },
  };
}
