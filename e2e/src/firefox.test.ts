/* More in real Firefox: long/firefox.test.ts. */
import { expect, test } from "vitest";
import { openFilmInFirefox, seekAndReadInFirefox } from "./lib/firefox.ts";
import { describeInFirefox } from "./lib/firefox-scene.ts";
import { FILM } from "./lib/media.ts";
import { startShare } from "./lib/share.ts";

/** Positions of the seeks: far ahead, back, near the end; seconds. */
const SEEKS = [40.2, 5, 58.48, 12.52];

describeInFirefox((scene) => {
  test("plays a film from disk, and seeks to the right frame", async () => {
    const share = await startShare(scene.film);
    const page = await scene.browser.newPage();
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
