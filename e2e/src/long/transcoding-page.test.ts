/* The page and a daemon of the base protocol that transcodes: the size it announces is an estimate. */
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Chromium, startChromium } from "@rangecast/testkit/browsers/chromium";
import { makeFilm } from "../lib/media.ts";
import { goIsInstalled, startPion } from "../lib/pion.ts";
import { type PlainRelay, startPlainRelay } from "../lib/plain-relay.ts";
import { startRelay } from "../lib/share.ts";
import { sha256Of } from "../lib/test-files.ts";

/** Length of a film that is played to its end, seconds. */
const SHORT_SECONDS = 6;

describe.skipIf(!goIsInstalled)("our page and a daemon that transcodes (skipped where go is not installed)", () => {
  let folder = "";
  let film = "";
  let bytes = 0;
  let plain: PlainRelay;
  let chromium: Chromium;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "rangecast-interop-"));
    film = await makeFilm("mp4-moov-front", folder, { seconds: SHORT_SECONDS });
    bytes = (await stat(film)).size;
    plain = await startPlainRelay();
    chromium = await startChromium();
  });

  afterAll(async () => {
    await chromium?.close();
    await plain?.relay.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** The page of a session with a daemon that runs with these arguments. */
  async function withPage(args: string[], use: (page: Page) => Promise<void>): Promise<void> {
    const relay = await startRelay([], { RANGECAST_RELAY_KEYS: plain.key });
    const session = plain.newSession();
    const filmArgs = ["--file", film, "--name", "film.mp4", ...args];
    const daemon = await startPion("daemon", { base: relay.url, session, key: plain.key, args: filmArgs });
    const page = await chromium.context.newPage();
    try {
      await daemon.waitFor((event) => event.event === "reading");
      await page.goto(`${relay.url}/plain/${session}#key=${plain.key}`);
      await use(page);
      expect(daemon.events.filter(({ event }) => event === "own-message")).toEqual([]);
    } finally {
      await page.close();
      await daemon.stop();
      await relay.stop();
    }
  }

  test.each([
    ["too large", 3],
    ["too small", 0.3],
  ])("plays to the end, and saves all of it: an estimate that is %s", async (_name, factor) => {
    await withPage(["--transcode", String(Math.round(bytes * factor))], async (page) => {
      const begun = page.waitForEvent("download");
      await page.getByRole("button", { name: "Download" }).click();
      const download = await begun;
      const saved = join(folder, `saved-${factor}.mp4`);
      await download.saveAs(saved);
      expect(await sha256Of(saved)).toBe(await sha256Of(film));
      await page.getByText("Downloaded").waitFor();

      await page.getByRole("button", { name: /^play/i }).click();
      const video = page.locator("video");
      await video.evaluate((element: HTMLVideoElement) => {
        element.muted = true;
        return element.play();
      });
      await page.waitForFunction(() => document.querySelector("video")?.ended === true);
      const played = await video.evaluate(({ currentTime, error }: HTMLVideoElement) => ({ currentTime, error: error?.message }));
      expect(played.error).toBeUndefined();
      expect(Math.abs(played.currentTime - SHORT_SECONDS)).toBeLessThan(0.5);
    });
  });

  test("that stops in the middle: the download fails, and the saved part doesn't look complete", async () => {
    await withPage(["--transcode", String(Math.round(bytes / 3)), "--stop-at", String(Math.round(bytes / 2))], async (page) => {
      const begun = page.waitForEvent("download");
      await page.getByRole("button", { name: "Download" }).click();
      const download = await begun;
      expect(await download.failure()).not.toBeNull();
      await page.getByText("Download failed").waitFor();
    });
  });
});
