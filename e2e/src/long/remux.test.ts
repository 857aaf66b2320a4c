/* As ../remux.test.ts, with more films, and in Firefox too. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Chromium, startChromium } from "@rangecast/testkit/browsers/chromium";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectRightFrames, randomSeeks } from "../lib/film-seeks.ts";
import { openFilmInFirefox, seekAndReadInFirefox } from "../lib/firefox.ts";
import { describeInFirefox } from "../lib/firefox-scene.ts";
import { FILM, type FilmKind, makeFilm } from "../lib/media.ts";
import { startShare } from "../lib/share.ts";
import { openFilm, seekAndRead } from "../lib/video-probe.ts";

const SECONDS = 60;
const SEEKS = 20;
const FILMS: readonly FilmKind[] = [
  "ts-b-frames",
  "m2ts-b-frames",
  "mkv-two-sounds",
  "mkv-long-gop",
  "mkv-10-bit",
  "mkv-variable-rate",
  "mkv-vp9",
];

/** Times of frames that are in the film. */
function seeksIn(kind: FilmKind): number[] {
  const seeks = randomSeeks(SEEKS, SECONDS, FILMS.indexOf(kind));
  return kind === "mkv-variable-rate" ? seeks.filter((seconds) => Math.floor(seconds * FILM.framesPerSecond) % 5 < 4) : seeks;
}

describe("Chromium", () => {
  let folder = "";
  let browser: Chromium;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "rangecast-remux-"));
    browser = await startChromium();
  });
  afterAll(async () => {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  });

  test.each(FILMS)("%s: the right frame after each of 20 random seeks", async (kind) => {
    const share = await startShare(await makeFilm(kind, folder, { seconds: SECONDS }));
    const page = await browser.context.newPage();
    try {
      await openFilm(page, share.link);
      await expectRightFrames((seconds) => seekAndRead(page, seconds), seeksIn(kind));
    } finally {
      await page.close();
      await share.stop();
    }
  });
});

describeInFirefox((scene) => {
  test.each(FILMS)("%s: repackaged, and the right frame after each of 20 random seeks", async (kind) => {
    const share = await startShare(await makeFilm(kind, scene.folder, { seconds: SECONDS }));
    const page = await scene.browser.newPage();
    try {
      await openFilmInFirefox(page, share.link);
      expect(await page.evaluate(() => document.querySelector("video")?.currentSrc)).toMatch(/^blob:/u);
      await expectRightFrames((seconds) => seekAndReadInFirefox(page, seconds), seeksIn(kind));
    } finally {
      await page.close();
      await share.stop();
    }
  });
});
