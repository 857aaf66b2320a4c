/* Viewers that come, watch, seek, stall, leave, or vanish: Node clients, each in its own process, and one browser. */
import { fileURLToPath } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import type { Chromium } from "@rangecast/testkit/browsers/chromium";
import { startJsonProcess } from "@rangecast/testkit/processes/json-process";
import { openFilm } from "../lib/video-probe.ts";
import { withinTime } from "../lib/wait.ts";

const PROGRAM = fileURLToPath(new URL("../programs/soak-viewer.js", import.meta.url));
/** Longest that one viewer may take, milliseconds. */
const VIEWER_LIMIT_MS = 60_000;
/** How long a tab plays before and after its seek, milliseconds. */
const TAB_PLAYS_MS = 2000;

export const NODE_BEHAVIOURS = ["watch", "seek", "stall", "vanish", "leave"] as const;
export const TAB_BEHAVIOURS = ["tab that is closed", "tab that crashes"] as const;
export type Behaviour = (typeof NODE_BEHAVIOURS)[number] | (typeof TAB_BEHAVIOURS)[number];

export interface Crowd {
  readonly link: string;
  readonly chromium: Chromium;
  readonly signal: AbortSignal;
}

/** Runs one viewer to its end. @throws if something happened that must not */
export async function runViewer(behaviour: Behaviour, seed: number, crowd: Crowd): Promise<void> {
  if (behaviour === "tab that is closed" || behaviour === "tab that crashes") return runTab(behaviour, crowd);
  return runNodeViewer(behaviour, seed, crowd);
}

async function runNodeViewer(behaviour: (typeof NODE_BEHAVIOURS)[number], seed: number, { link, signal }: Crowd): Promise<void> {
  const way = behaviour === "vanish" ? "stall" : behaviour;
  const viewer = startJsonProcess(process.execPath, [PROGRAM, link, way, String(seed)]);
  const kill = (): void => void viewer.child.kill("SIGKILL");
  signal.addEventListener("abort", kill, { once: true });
  try {
    await viewer.waitFor(({ event }) => event === "reading", VIEWER_LIMIT_MS);
    if (behaviour === "vanish") return;
    const code = await withinTime(viewer.exited, VIEWER_LIMIT_MS, "a viewer");
    if (code !== 0) throw new Error(`it ended with ${code}: ${viewer.stderr().slice(-300)}`);
  } finally {
    signal.removeEventListener("abort", kill);
    kill();
    await viewer.exited;
  }
}

async function runTab(behaviour: (typeof TAB_BEHAVIOURS)[number], { link, chromium, signal }: Crowd): Promise<void> {
  const page = await chromium.context.newPage();
  try {
    await withinTime(openFilm(page, link), VIEWER_LIMIT_MS, "a film's coming");
    await sleep(TAB_PLAYS_MS, undefined, { signal });
    await page.evaluate(() => {
      const video = document.querySelector("video");
      if (video !== null) video.currentTime = video.duration * Math.random();
    });
    await sleep(TAB_PLAYS_MS, undefined, { signal });
    // Its process ends at once, without a GOODBYE.
    if (behaviour === "tab that crashes") await page.goto("chrome://crash").catch(() => undefined);
  } finally {
    await page.close();
  }
}
