/* Films that real Chromium and Firefox can't play as they are, repackaged in the browser. More films: long/remux.test.ts. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startChromium } from "@rangecast/testkit/browsers/chromium";
import { expect, test } from "vitest";
import { expectRightFrames, randomSeeks } from "../lib/film-seeks.ts";
import { makeFilm } from "../lib/media.ts";
import { startShare } from "../lib/share.ts";
import { openFilm, seekAndRead } from "../lib/video-probe.ts";

const SECONDS = 10;
const SEEKS = 6;
/** How far a film's length may be from that of its pictures, seconds. */
const LENGTH_TOLERANCE_S = 0.1;

test("an MPEG-TS film plays with its sound, knows its length, and seeks to the right frame", async () => {
  const folder = await mkdtemp(join(tmpdir(), "rangecast-remux-"));
  const share = await startShare(await makeFilm("ts-b-frames", folder, { seconds: SECONDS }));
  const browser = await startChromium();
  try {
    const page = await browser.context.newPage();
    await openFilm(page, share.link);
    await page.waitForFunction(() => (document.querySelector("video")?.currentTime ?? 0) > 0.5);
    const { duration, soundBytes } = await page.evaluate(() => {
      const video: (HTMLVideoElement & { webkitAudioDecodedByteCount?: number }) | null = document.querySelector("video");
      return { duration: video?.duration ?? 0, soundBytes: video?.webkitAudioDecodedByteCount ?? 0 };
    });
    expect(Math.abs(duration - SECONDS)).toBeLessThan(LENGTH_TOLERANCE_S);
    expect(soundBytes).toBeGreaterThan(0);
    expect(await page.locator("#way").innerText()).toBe("Repackaged in this browser, which doesn't open TS files itself.");
    await expectRightFrames((seconds) => seekAndRead(page, seconds), randomSeeks(SEEKS, SECONDS, 1));
  } finally {
    await browser.close();
    await share.stop();
    await rm(folder, { recursive: true, force: true });
  }
});
