/* More in real Firefox: long/firefox.test.ts. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Firefox, openFilmInFirefox, seekAndReadInFirefox, startFirefox, whyNoFirefox } from "./lib/firefox.ts";
import { FILM, makeFilm } from "./lib/media.ts";
import { startShare } from "./lib/share.ts";

/** Positions of the seeks: far ahead, back, near the end; seconds. */
const SEEKS = [40.2, 5, 58.48, 12.52];

/** Why the tests are skipped; part of their name. */
const impossible = whyNoFirefox();

describe.skipIf(impossible !== undefined)(`real Firefox${impossible === undefined ? "" : ` (${impossible})`}`, () => {
  let folder = "";
  let film = "";
  let browser: Firefox;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "rangecast-in-firefox-"));
    film = await makeFilm("mp4-moov-front", folder);
    browser = await startFirefox();
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  test("plays a film from disk, and seeks to the right frame", async () => {
    const share = await startShare(film);
    const page = await browser.newPage();
    try {
      await openFilmInFirefox(page, share.link);
      for (const seconds of SEEKS) {
        const { frameNumber, mediaTime } = await seekAndReadInFirefox(page, seconds);
        expect(frameNumber, `at ${mediaTime} s`).toBe(Math.round(mediaTime * FILM.framesPerSecond));
        expect(Math.abs(mediaTime - seconds)).toBeLessThanOrEqual(1.5 / FILM.framesPerSecond);
      }
    } finally {
      await page.close();
      await share.stop();
    }
  });
});
