import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium } from "playwright-core";
import { processesWith } from "./process-tree.ts";

/** Where Debian and Ubuntu put Chromium; CHROMIUM_PATH overrides it. */
export const CHROMIUM_PATH: string = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";

export const CHROMIUM_FLAGS: readonly string[] = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--autoplay-policy=no-user-gesture-required",
];

/** Small: without a GPU, what is painted costs more CPU than all the rest of a test. */
export const VIEWPORT = { width: 640, height: 480 } as const;

export interface ChromiumOptions {
  /** Words before the command: what runs it elsewhere, as in a network namespace. */
  readonly within?: readonly string[];
  /** Ctrl-C is the caller's to handle, who closes it then. @default false */
  readonly signalsAreOurs?: boolean;
}

export interface Chromium {
  readonly context: BrowserContext;
  /** The ids of all its processes, the first one first. */
  pids(): Promise<number[]>;
  close(): Promise<void>;
}

/** Starts real, headless Chromium without a profile: each context made in it has a window, workers and storage of its own. */
export const launchChromium = (): Promise<Browser> =>
  chromium.launch({ executablePath: CHROMIUM_PATH, headless: true, args: [...CHROMIUM_FLAGS] });

/** Starts real, headless Chromium with a fresh profile. */
export async function startChromium(
  extraFlags: string[] = [],
  { within, signalsAreOurs = false }: ChromiumOptions = {},
): Promise<Chromium> {
  const profile = await mkdtemp(join(tmpdir(), "rangecast-chromium-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: within === undefined ? CHROMIUM_PATH : await writeStarter(profile, within),
    headless: true,
    args: [...CHROMIUM_FLAGS, ...extraFlags],
    acceptDownloads: true,
    viewport: VIEWPORT,
    ...(signalsAreOurs ? { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false } : {}),
  });
  return {
    context,
    pids: () => processesWith(`--user-data-dir=${profile}`),
    close: async () => {
      await context.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Playwright knows a path, and no words before it. */
async function writeStarter(folder: string, within: readonly string[]): Promise<string> {
  const path = join(folder, "start-chromium");
  await writeFile(path, `#!/bin/sh\nexec ${within.join(" ")} ${CHROMIUM_PATH} "$@"\n`);
  await chmod(path, 0o700);
  return path;
}
