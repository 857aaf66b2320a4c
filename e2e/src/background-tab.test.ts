/* Playwright keeps every tab in the foreground; with puppeteer a tab can go to the background, as in real use. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, launch, type Page } from "puppeteer-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CHROMIUM_FLAGS, CHROMIUM_PATH } from "@rangecast/testkit/browsers/chromium";
import { makeFilm } from "./lib/media.ts";
import { type Program, startProgram } from "./lib/program.ts";
import { makeHome, removeHome } from "./lib/rangecast.ts";
import { lookUntil } from "./lib/wait.ts";

/** Puppeteer's default flags that exempt background tabs from throttling. */
const AS_IF_IN_FRONT = [
  "--disable-background-timer-throttling",
  "--disable-backgrounding-occluded-windows",
  "--disable-renderer-backgrounding",
];
/** Position of the seek, beyond what a player buffers; seconds. */
const FAR_SECONDS = 100;
/** Least time that two timers of 100 ms take if each is delayed to the next second, milliseconds. */
const HELD_BACK_MS = 900;
/** Longest waits for the film to play, and to continue, milliseconds: they end a hanging test. */
const PLAY_LIMIT_MS = 30_000;
const RECOVERY_LIMIT_MS = 60_000;

let folder = "";
let home = "";
let browser: Browser;
let relay: Program;
let host: Program;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rangecast-background-"));
  home = await makeHome();
  const film = await makeFilm("mp4-moov-front", folder, { seconds: 160, bitRate: 3_000_000, noise: 60 });
  relay = await startProgram(["relay", "--json", "--host", "127.0.0.1", "--port", "0"], { home });
  host = await startProgram(["share", film, "--json", "--relay", String(relay.ready["url"])], { home });
  browser = await launch({ executablePath: CHROMIUM_PATH, headless: true, args: [...CHROMIUM_FLAGS], ignoreDefaultArgs: AS_IF_IN_FRONT });
});
afterAll(async () => {
  await browser?.close();
  await host?.end("SIGKILL");
  await relay?.end("SIGKILL");
  await removeHome(home);
  await rm(folder, { recursive: true, force: true });
});

test("a film in a background tab with throttled timers continues after its host was killed and restarted", async () => {
  const page = await browser.newPage();
  await page.goto(String(host.ready["link"]));
  expect(await until(page, pressPlay, PLAY_LIMIT_MS)).toBe(true);
  expect(await until(page, playsFrom, PLAY_LIMIT_MS, 1)).toBe(true);
  await (await browser.newPage()).bringToFront();
  expect(await page.evaluate(() => document.visibilityState)).toBe("hidden");
  expect(await page.evaluate(timeOfShortTimers)).toBeGreaterThan(HELD_BACK_MS);

  await host.end("SIGKILL");
  await page.evaluate((seconds) => {
    const video = document.querySelector("video");
    if (video !== null) video.currentTime = seconds;
  }, FAR_SECONDS);
  await host.start();
  expect(await until(page, playsFrom, RECOVERY_LIMIT_MS, FAR_SECONDS + 1)).toBe(true);
  expect(await page.evaluate(() => document.visibilityState)).toBe("hidden");
});

function until(page: Page, question: (seconds: number) => boolean, limitMs: number, seconds = 0): Promise<boolean | undefined> {
  const { signal } = new AbortController();
  return lookUntil(async () => ((await page.evaluate(question, seconds)) ? true : undefined), { limitMs, signal });
}

/* The rest runs in the page. */

function pressPlay(): boolean {
  const button = [...document.querySelectorAll("button")].find(
    (each) => each.offsetParent !== null && /play/iu.test(each.textContent ?? ""),
  );
  button?.click();
  return button !== undefined;
}

function playsFrom(seconds: number): boolean {
  const video = document.querySelector("video");
  return video !== null && !video.paused && !video.seeking && video.currentTime >= seconds;
}

/** How long two timers of 100 ms take, one after the other, milliseconds. */
async function timeOfShortTimers(): Promise<number> {
  const startMs = performance.now();
  for (let timer = 0; timer < 2; timer += 1) await new Promise((resolve) => setTimeout(resolve, 100));
  return performance.now() - startMs;
}
