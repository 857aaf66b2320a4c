/* Vitest's global set-up of the tests that use fixture-site.ts: builds the page with a fake host, and the real service worker. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import type { TestProject } from "vitest/node";

const PACKAGE = fileURLToPath(new URL("..", import.meta.url));

/** @returns a function that removes what was built */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "rangecast-page-"));
  const common = { root: PACKAGE, logLevel: "error" } as const;
  await build({
    ...common,
    build: { outDir: folder, emptyOutDir: true },
    plugins: [{ name: "fake-host", transformIndexHtml: { order: "pre", handler: useFakeHost } }],
  });
  await build({ ...common, mode: "worker", build: { outDir: folder } });
  project.provide("fixturePage", folder);
  return () => rm(folder, { recursive: true, force: true });
}

function useFakeHost(html: string): string {
  const changed = html.replace("/src/page/main.ts", "/test/fixture/main.ts");
  if (changed === html) throw new Error("index.html doesn't load main.ts");
  return changed;
}
