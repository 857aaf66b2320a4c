import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Chromium, startChromium } from "@rangecast/testkit/browsers/chromium";
import { FILM, type FilmKind, makeFilm } from "./lib/media.ts";
import { startShare } from "./lib/share.ts";
import { openFilm, seekAndRead } from "./lib/video-probe.ts";

/** Positions of the seeks, in order: far ahead, back, near the end, at and beside key frames, backwards again; seconds. */
const SEEKS = [40.2, 5, 58.48, 12.52, 30, 29.96, 1.24];

let folder = "";
let browser: Chromium;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rangecast-films-"));
  browser = await startChromium();
});

afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
});

/** Seeks through the film; the number in each picture must be that of the frame at that time. */
async function expectRightFrames(page: Page, seeks: readonly number[]): Promise<void> {
  for (const seconds of seeks) {
    const shown = await seekAndRead(page, seconds);
    expect(Math.abs(shown.mediaTime - seconds), `asked for ${seconds} s`).toBeLessThanOrEqual(1 / FILM.framesPerSecond + 0.001);
    expect(shown.frameNumber, `at ${shown.mediaTime} s`).toBe(Math.round(shown.mediaTime * FILM.framesPerSecond));
  }
}

describe("a film from disk plays in real Chromium, and seeks to the right frame", () => {
  test.each<FilmKind>(["mp4-moov-front", "mp4-moov-end", "webm-vp9"])("%s", async (kind) => {
    const share = await startShare(await makeFilm(kind, folder));
    try {
      const page = await browser.context.newPage();
      await openFilm(page, share.link);
      await expectRightFrames(page, SEEKS);
      await page.close();
      const left = await share.process.waitFor((event) => event.event === "viewer-left");
      expect(left["reason"]).toEqual(expect.any(String));
    } finally {
      expect(await share.stop()).toBe(130);
    }
  });
});

test("two tabs and a second viewer watch the same share at once, each at its own position", async () => {
  const share = await startShare(await makeFilm("mp4-moov-front", folder));
  const other = await startChromium();
  try {
    const pages = [await browser.context.newPage(), await browser.context.newPage(), await other.context.newPage()];
    await Promise.all(pages.map((page) => openFilm(page, share.link)));
    await Promise.all(
      pages.map((page, index) =>
        expectRightFrames(
          page,
          SEEKS.map((seconds) => (seconds + 7 * index) % 59),
        ),
      ),
    );
    const joined = share.process.events.filter((event) => event.event === "viewer-joined");
    expect(joined).toHaveLength(3);
    for (const page of pages) await page.close();
  } finally {
    await other.close();
    await share.stop();
  }
});
