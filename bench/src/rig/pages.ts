/* The bench page, and the real one, as files of the relay's own origin. */
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "vite";

/** From bench/dist/src/rig. */
const BENCH_PAGE = fileURLToPath(new URL("../../../page", import.meta.url));
const REAL_PAGE = fileURLToPath(new URL("../../../../packages/web/dist/page", import.meta.url));

/** Under which path the bench page stands; all else is the real page's. */
export const BENCH_PATH = "/bench/";
/** Paths of the real page's own: each is answered with its index. */
const PAGE_PATHS = /^\/(?:s|plain)\//u;

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

/** Bundles the bench page into a folder. */
export async function buildBenchPage(folder: string): Promise<void> {
  await build({
    configFile: false,
    root: BENCH_PAGE,
    base: BENCH_PATH,
    logLevel: "error",
    build: { outDir: folder, emptyOutDir: true, target: "esnext" },
  });
}

/** Serves both pages. @param benchFolder where the bench page was built */
export function servePages(benchFolder: string): (request: Request) => Promise<Response> {
  return async (request) => {
    const { pathname } = new URL(request.url);
    const isBench = pathname.startsWith(BENCH_PATH);
    const inFolder = isBench ? pathname.slice(BENCH_PATH.length) : pathname.slice(1);
    const path = inFolder === "" || PAGE_PATHS.test(pathname) ? "index.html" : inFolder;
    try {
      const body = await readFile(join(isBench ? benchFolder : REAL_PAGE, path));
      return new Response(body, { headers: { "Content-Type": TYPES[extname(path)] ?? "application/octet-stream" } });
    } catch {
      return new Response("There is nothing here.", { status: 404 });
    }
  };
}
