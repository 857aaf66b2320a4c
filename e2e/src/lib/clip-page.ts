/* What the page says of a clip before and while it plays, in real Chromium. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import { type FixtureSite, startFixtureSite } from "../../../packages/web/test/fixture-site.ts";
import { startChromiumBrowser, VIEWPORT } from "@rangecast/testkit/browsers/chromium";
import { type Clip, makeClip } from "./clips.ts";
import { openReady } from "./web-page.ts";

/** How long an ordinary film must play without a message, milliseconds. */
const NOTHING_SAID_MS = 2500;
/** Longest time to load the scripts and headers that the page needs first, milliseconds: generous, for a loaded machine. */
const HEADERS_LIMIT_MS = 15_000;

/** How long reading headers from a host in memory may take once the script is loaded, milliseconds. */
const HEADERS_READ_MS = 500;

const TYPES: Readonly<Record<string, string>> = {
  mp4: "video/mp4",
  mkv: "video/x-matroska",
  webm: "video/webm",
  m4a: "audio/mp4",
};

let folder = "";
let site: FixtureSite;
let browser: Browser;
const making = new Map<Clip, Promise<string>>();

/** Starts the browser and the site before a file's tests, and stops them after. */
export function useClips(): void {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "rangecast-clips-"));
    site = await startFixtureSite();
    browser = await startChromiumBrowser();
  });

  afterAll(async () => {
    await browser.close();
    await site.close();
    await rm(folder, { recursive: true, force: true });
  });
}

declare global {
  interface Window {
    playingAtMs?: number;
    noticeAtMs?: number;
  }
}

/** Runs in each tab before the page's own scripts: records when playing began, and when the page showed a message. */
function watchPlaying(): void {
  document.addEventListener("playing", () => (window.playingAtMs ??= performance.now()), { capture: true });
  const look = (): void => {
    if (window.playingAtMs === undefined) return;
    if (document.querySelector<HTMLElement>("#notice")?.hidden === false) window.noticeAtMs ??= performance.now();
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true });
}

/**
 * Opens a clip in a window of its own, and waits until it can be fetched.
 * @param before runs in the window before the page's own scripts
 */
export async function withClip(clip: Clip, use: (page: Page) => Promise<void>, before: () => void = () => undefined): Promise<void> {
  const path = `/${clip}`;
  const made = making.get(clip) ?? makeClip(clip, folder);
  making.set(clip, made);
  site.put(path, await readFile(await made));
  const window = await browser.newContext({ viewport: VIEWPORT });
  try {
    await window.addInitScript(watchPlaying);
    await window.addInitScript(before);
    await use(await openReady(window, site, { content: path, name: clip, type: TYPES[clip.split(".").at(-1) ?? ""] ?? "" }));
  } finally {
    await window.close();
  }
}

/** Waits until the headers were read; there is no message before that. */
export async function headersRead(page: Page): Promise<void> {
  await page.waitForFunction(
    () => performance.getEntriesByType("resource").some(({ name }) => name.includes("/assets/read-tracks-")),
    undefined,
    { timeout: HEADERS_LIMIT_MS },
  );
  await page.waitForTimeout(HEADERS_READ_MS);
}

export async function play(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^play/iu }).click();
  await page.waitForFunction(() => window.playingAtMs !== undefined);
}

export const notice = (page: Page): Promise<string> => page.locator("#notice:not([hidden])").innerText({ timeout: HEADERS_LIMIT_MS });

/** Expects the message before the clip plays, and still while it plays. */
export async function expectNamed(clip: Clip, words: RegExp): Promise<void> {
  await withClip(clip, async (page) => {
    expect(await notice(page)).toMatch(words);
    await play(page);
    await page.waitForTimeout(NOTHING_SAID_MS);
    expect(await notice(page)).toMatch(words);
  });
}

/** Expects that there is no message before the clip plays, and none while it plays. */
export async function expectOrdinary(clip: Clip): Promise<void> {
  await withClip(clip, async (page) => {
    await headersRead(page);
    expect(await page.locator("#notice").isHidden()).toBe(true);
    await play(page);
    await page.waitForTimeout(NOTHING_SAID_MS);
    expect(await page.locator("#notice").isHidden()).toBe(true);
    expect(await page.locator("#stage-message").isHidden()).toBe(true);
  });
}

/** Expects a page without a Play button, with the message as its heading; the file can still be saved. */
export async function expectUnplayable(clip: Clip, words: RegExp): Promise<void> {
  await withClip(clip, async (page) => {
    await page.getByRole("heading", { name: words }).waitFor({ timeout: HEADERS_LIMIT_MS });
    expect(await page.getByRole("button", { name: /play/iu }).count()).toBe(0);
    expect(await page.locator("#download").isEnabled()).toBe(true);
  });
}
