/* A page whose main thread is busy, in real Chromium: an engine in a worker continues; an engine on the page doesn't. */
import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Chromium, startChromium } from "@rangecast/testkit/browsers/chromium";
import { FILM, makeFilm } from "../lib/media.ts";
import { type Share, startShare } from "../lib/share.ts";
import { openFilm, seekAndRead } from "../lib/video-probe.ts";

/** How long the page is kept busy, milliseconds. */
const BUSY_MS = 5_000;
/** More than a download receives during the test, bytes. */
const NOISE_BYTES = 2 * 1024 ** 3;
/** Most that the buffers of browser, service worker and path may still hold when the page stops, bytes. */
const UNDER_WAY_BYTES = 48 * 1024 ** 2;

let folder = "";
let share: Share | undefined;
let browser: Chromium;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rangecast-busy-"));
  browser = await startChromium();
});

afterEach(async () => {
  for (const page of browser.context.pages()) await page.close();
  await share?.stop();
  share = undefined;
});

afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
});

const placeOf = (page: Page): Promise<string | undefined> => page.evaluate(() => document.documentElement.dataset["engine"]);

/** Resolves when the page has been busy for {@link BUSY_MS}; nothing else ran on its main thread in that time. */
const keepBusy = (page: Page): Promise<void> =>
  page.evaluate((milliseconds) => {
    const until = performance.now() + milliseconds;
    while (performance.now() < until);
  }, BUSY_MS);

test("a film continues while its page is busy, and a seek right after shows the right frame", async () => {
  share = await startShare(await makeFilm("mp4-moov-front", folder));
  const page = await browser.context.newPage();
  await openFilm(page, share.link);
  expect(await placeOf(page)).toBe("worker");
  expect(page.workers()).toHaveLength(1);
  // Chromium buffers about ten seconds ahead, and plays from that while its main thread receives nothing.
  await page.waitForFunction(
    (seconds) => {
      const video = document.querySelector("video");
      if (!video || video.currentTime < 1) return false;
      return video.buffered.length > 0 && video.buffered.end(0) - video.currentTime > seconds;
    },
    BUSY_MS / 1000 + 2,
  );
  await page.evaluate(() => {
    const video = document.querySelector("video");
    for (const type of ["waiting", "stalled", "error"]) video?.addEventListener(type, () => (document.body.dataset["trouble"] = type));
  });
  const before = await page.evaluate(() => document.querySelector("video")?.currentTime ?? 0);
  await keepBusy(page);
  const after = await page.evaluate(() => document.querySelector("video")?.currentTime ?? 0);
  expect(after - before).toBeGreaterThan((BUSY_MS / 1000) * 0.9);
  expect(await page.evaluate(() => document.body.dataset["trouble"])).toBeUndefined();
  const shown = await seekAndRead(page, 45.2);
  expect(shown.frameNumber).toBe(Math.round(shown.mediaTime * FILM.framesPerSecond));
});

/** Bytes sent to viewers, as the daemon reports them. */
function sentBy({ process }: Share): number {
  return Math.max(0, ...process.events.filter(({ event }) => event === "progress").map(({ bytes }) => Number(bytes)));
}

/** Starts a download and keeps the page busy. @returns how many bytes the daemon sent in that time */
async function sentWhileBusy(page: Page): Promise<number> {
  if (!share) throw new Error("nothing is shared");
  const running = share;
  await page.goto(running.link);
  const begun = page.waitForEvent("download");
  await page.getByRole("button", { name: /download/i }).click();
  await begun;
  await expect.poll(() => sentBy(running), { timeout: 30_000 }).toBeGreaterThan(0);
  const busy = keepBusy(page);
  // By now the page is busy, and the daemon has reported what it sent before.
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const before = sentBy(running);
  await busy;
  return sentBy(running) - before;
}

test("a download continues while its page is busy; it stops if the engine runs on the page instead of in a worker", async () => {
  const noise = join(folder, "noise.bin");
  // Sparse: the content doesn't matter here.
  await writeFile(noise, "");
  await truncate(noise, NOISE_BYTES);
  share = await startShare(noise);
  const page = await browser.context.newPage();
  const moving = await sentWhileBusy(page);
  expect(await placeOf(page)).toBe("worker");
  await page.close({ runBeforeUnload: false });
  await share.stop();

  share = await startShare(noise);
  const withoutWorker = await browser.context.newPage();
  await withoutWorker.addInitScript(() => Reflect.deleteProperty(window, "Worker"));
  const standing = await sentWhileBusy(withoutWorker);
  expect(await placeOf(withoutWorker)).toBe("page");
  expect(withoutWorker.workers()).toHaveLength(0);
  expect({ moving, standing }).toSatisfy(() => standing < UNDER_WAY_BYTES && moving > 2 * standing && moving > 0);
});
