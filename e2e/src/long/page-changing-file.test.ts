/* The page when a file changes at the host while it plays, and when a file's name doesn't say its type. */
import { appendFile, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from "vitest";
import { type Chromium, startChromium } from "@rangecast/testkit/browsers/chromium";
import { makeFilm } from "../lib/media.ts";
import { type Share, startShare } from "../lib/share.ts";
import { sha256Of } from "../lib/test-files.ts";
import { openFilm } from "../lib/video-probe.ts";
import { waitUntilReady } from "../lib/web-page.ts";

/** Longest that a test may take on a busy machine, milliseconds: it ends a hanging test. */
const TIMEOUT_MS = 120_000;
/** Share of the film that exists when it is opened. */
const FIRST_PART = 0.6;
const APPENDS = 40;
const APPEND_EVERY_MS = 200;
/** How far the film must play while it grows, seconds. */
const PLAYED_SECONDS = 5;

let folder = "";
let browser: Chromium;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rangecast-changing-"));
  browser = await startChromium();
});

afterEach(async () => {
  for (const page of browser.context.pages()) await page.close({ runBeforeUnload: false });
});

afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
});

async function shareUntilEnd(path: string): Promise<Share> {
  const share = await startShare(path);
  onTestFinished(() => void share.stop());
  return share;
}

const playedTo = (page: Page, seconds: number): Promise<unknown> =>
  page.waitForFunction((wanted) => (document.querySelector("video")?.currentTime ?? 0) >= wanted, seconds, { timeout: TIMEOUT_MS / 2 });

test(
  "a film that is still being recorded plays and downloads at its announced size; a page opened later has more of it",
  async () => {
    const film = await readFile(await makeFilm("webm-vp9", folder));
    const announced = Math.floor(film.byteLength * FIRST_PART);
    const piece = Math.ceil((film.byteLength - announced) / APPENDS);
    const path = join(folder, "recording.mkv");
    await writeFile(path, film.subarray(0, announced));
    const share = await shareUntilEnd(path);
    const page = await browser.context.newPage();
    await page.goto(share.link);
    await waitUntilReady(page);
    let at = announced;
    const record = async (): Promise<void> => {
      await appendFile(path, film.subarray(at, at + piece));
      at += piece;
    };
    await record();
    const timer = setInterval(() => void record(), APPEND_EVERY_MS);
    onTestFinished(() => clearInterval(timer));
    await page.getByRole("button", { name: /^play/i }).click();
    await playedTo(page, PLAYED_SECONDS);
    const begun = page.waitForEvent("download");
    await page.getByRole("button", { name: /download/i }).click();
    const saved = join(folder, "saved.mkv");
    await (await begun).saveAs(saved);
    expect(await sha256Of(saved)).toBe(await sha256Of(path, { start: 0, end: announced }));
    expect(await page.locator("video").evaluate((video: HTMLVideoElement) => video.error)).toBeNull();
    expect(await page.getByText(/new version|loading stopped/iu).count()).toBe(0);
    clearInterval(timer);
    const later = await browser.context.newPage();
    await openFilm(later, share.link);
    await expect
      .poll(() => later.locator("video").evaluate(async ({ src }: HTMLVideoElement) => (await fetch(src)).headers.get("content-length")))
      .toBe(String((await readFile(path)).byteLength));
  },
  TIMEOUT_MS,
);

test(
  "the page says that a removed film is gone, and has it again once it is back",
  async () => {
    const path = join(folder, "removed.mp4");
    await rename(await makeFilm("mp4-moov-front", folder, { bitRate: 8_000_000, noise: 60 }), path);
    const share = await shareUntilEnd(path);
    const page = await browser.context.newPage();
    await openFilm(page, share.link);
    await rename(path, `${path}.away`);
    await page.locator("video").evaluate((video: HTMLVideoElement) => (video.currentTime = video.duration - 1));
    await page.getByText(/the file is gone/iu).waitFor();
    await rename(`${path}.away`, path);
    await page.getByRole("button", { name: /^play|^try again/iu }).waitFor({ timeout: TIMEOUT_MS / 2 });
    await waitUntilReady(page);
  },
  TIMEOUT_MS,
);

test("TypeScript source in a .ts file is a text: the page offers to save it, not to play it", async () => {
  const path = join(folder, "code.ts");
  await writeFile(path, "export const answer = 42;\n".repeat(100));
  const share = await shareUntilEnd(path);
  const page = await browser.context.newPage();
  await page.goto(share.link);
  await waitUntilReady(page);
  expect(await page.getByRole("button", { name: /play/iu }).count()).toBe(0);
  expect(await page.locator("main").textContent()).not.toMatch(/video/iu);
});

test("a film plays even if its name has no extension that says so", async () => {
  const path = join(folder, "film.bin");
  await rename(await makeFilm("mp4-moov-front", folder), path);
  const share = await shareUntilEnd(path);
  const page = await browser.context.newPage();
  await openFilm(page, share.link);
  expect(await page.locator("video").evaluate((video: HTMLVideoElement) => video.videoWidth)).toBeGreaterThan(0);
});
