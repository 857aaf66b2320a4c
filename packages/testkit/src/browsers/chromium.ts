import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium, type LaunchOptions } from "playwright-core";
import { processesWith } from "../processes/process-tree.ts";

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

interface LaunchSetup {
  readonly extraFlags: readonly string[];
  readonly path?: string;
  /** Leaves SIGINT, SIGTERM and SIGHUP to the caller, who must close the browser then. */
  readonly signalsAreOurs: boolean;
}

/** What every start has in common. */
function launchOptions({ extraFlags, path = CHROMIUM_PATH, signalsAreOurs }: LaunchSetup): LaunchOptions {
  return {
    executablePath: path,
    headless: true,
    args: [...CHROMIUM_FLAGS, ...extraFlags],
    ...(signalsAreOurs ? { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false } : {}),
  };
}

/** Starts real, headless Chromium in which every page has a context of its own: no cache, no service worker from before. */
export function startChromiumBrowser(
  extraFlags: readonly string[] = [],
  { signalsAreOurs = false }: Pick<ChromiumOptions, "signalsAreOurs"> = {},
): Promise<Browser> {
  return chromium.launch(launchOptions({ extraFlags, signalsAreOurs }));
}

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

/** Starts real, headless Chromium with a fresh profile that all its pages share, like a person's browser. */
export async function startChromium(
  extraFlags: readonly string[] = [],
  { within, signalsAreOurs = false }: ChromiumOptions = {},
): Promise<Chromium> {
  const profile = await mkdtemp(join(tmpdir(), "rangecast-chromium-"));
  const context = await chromium.launchPersistentContext(profile, {
    ...launchOptions({ extraFlags, signalsAreOurs, ...(within === undefined ? {} : { path: await writeStarter(profile, within) }) }),
    acceptDownloads: true,
    viewport: VIEWPORT,
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
