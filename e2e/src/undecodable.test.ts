/* The page's messages for films of which real Chromium (as built by Debian) decodes only one part, or none. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type FixtureSite, startFixtureSite } from "../../packages/web/test/fixture-site.ts";
import { startChromiumBrowser, VIEWPORT } from "@rangecast/testkit/browsers/chromium";
import { type Clip, makeClip } from "./lib/clips.ts";
import { openReady } from "./lib/web-page.ts";

/** Longest time from `playing` until the page says what is missing, milliseconds. */
const TOLD_WITHIN_MS = 2000;
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
async function withClip(clip: Clip, use: (page: Page) => Promise<void>, before: () => void = () => undefined): Promise<void> {
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
async function headersRead(page: Page): Promise<void> {
  await page.waitForFunction(
    () => performance.getEntriesByType("resource").some(({ name }) => name.includes("/assets/read-tracks-")),
    undefined,
    { timeout: HEADERS_LIMIT_MS },
  );
  await page.waitForTimeout(HEADERS_READ_MS);
}

async function play(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^play/iu }).click();
  await page.waitForFunction(() => window.playingAtMs !== undefined);
}

const notice = (page: Page): Promise<string> => page.locator("#notice:not([hidden])").innerText({ timeout: HEADERS_LIMIT_MS });

/* In each case a film plays for seconds, in real time: several play at once. */
describe.concurrent("a part that this browser can't decode is named before the film plays", () => {
  test.each<[Clip, RegExp]>([
    ["hevc-aac.mp4", /can't decode the picture \(HEVC\), so at most the sound plays/u],
    ["hevc-aac.mkv", /can't decode the picture \(HEVC\), so at most the sound plays/u],
    ["mpeg4-aac.mp4", /can't decode the picture \(MPEG-4 Visual\), so at most the sound plays/u],
    ["h264-ac3.mp4", /can't decode the sound \(AC-3\), so at most the picture plays, without sound/u],
    ["h264-ac3.mkv", /can't decode the sound \(AC-3\)/u],
    ["h264-eac3.mp4", /can't decode the sound \(E-AC-3\)/u],
    ["h264-dts.mkv", /can't decode the sound \(DTS\)/u],
    ["h264-alac.mp4", /can't decode the sound \(ALAC\)/u],
  ])("%s, and still while it plays", async (clip, words) => {
    await withClip(clip, async (page) => {
      expect(await notice(page)).toMatch(words);
      await play(page);
      await page.waitForTimeout(NOTHING_SAID_MS);
      expect(await notice(page)).toMatch(words);
    });
  });
});

/* One at a time: the page has a limited time here. */
describe("if the browser claims to decode a part but doesn't, the page says so within 2 s of playing", () => {
  test.each<[Clip, RegExp]>([
    ["hevc-aac.mp4", /can't decode the picture \(HEVC\)/u],
    ["h264-ac3.mkv", /can't decode the sound \(AC-3\)/u],
  ])("%s", async (clip, words) => {
    // Like Firefox with HEVC if the system has no decoder.
    const claimAll = (): void => {
      HTMLMediaElement.prototype.canPlayType = () => "probably";
    };
    await withClip(
      clip,
      async (page) => {
        await headersRead(page);
        expect(await page.locator("#notice").isHidden()).toBe(true);
        await play(page);
        expect(await notice(page)).toMatch(words);
        const lateMs = await page.evaluate(() => (window.noticeAtMs ?? Number.POSITIVE_INFINITY) - (window.playingAtMs ?? 0));
        expect(lateMs).toBeLessThan(TOLD_WITHIN_MS);
      },
      claimAll,
    );
  });
});

describe.concurrent("a file of which nothing can be played has no Play button", () => {
  test.each<[Clip, RegExp]>([
    ["hevc-ac3.mp4", /can't play this file \(HEVC, AC-3\)/u],
    ["alac.m4a", /can't play this file \(ALAC\)/u],
  ])("%s", async (clip, words) => {
    await withClip(clip, async (page) => {
      await page.getByRole("heading", { name: words }).waitFor({ timeout: HEADERS_LIMIT_MS });
      expect(await page.getByRole("button", { name: /play/iu }).count()).toBe(0);
      expect(await page.locator("#download").isEnabled()).toBe(true);
    });
  });
});

describe.concurrent("an ordinary film has no such message, before and while it plays", () => {
  test.each<Clip>([
    "h264-aac.mp4",
    "h264-opus.mkv",
    "vp9-opus.webm",
    "h264-10bit.mp4",
    "h264-silent.mp4",
    "h264-two-sounds.mkv",
    "sound-only.mp4",
    "cover.m4a",
  ])("%s", async (clip) => {
    await withClip(clip, async (page) => {
      await headersRead(page);
      expect(await page.locator("#notice").isHidden()).toBe(true);
      await play(page);
      await page.waitForTimeout(NOTHING_SAID_MS);
      expect(await page.locator("#notice").isHidden()).toBe(true);
      expect(await page.locator("#stage-message").isHidden()).toBe(true);
    });
  });
});
