import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startChromium } from "@rangecast/testkit/browsers/chromium";
import { FILM, makeFilm } from "../lib/media.ts";
import { startRelayProxy } from "../lib/relay-proxy.ts";
import { startRelay, startShare } from "../lib/share.ts";
import { openFilm, seekAndRead } from "../lib/video-probe.ts";

/** How long an event stream lives in this test, milliseconds. */
const CUT_MS = 1000;

test("a film plays and seeks, and viewers come and go, while every event stream of the relay is cut each second", async () => {
  const folder = await mkdtemp(join(tmpdir(), "rangecast-cut-"));
  const film = await makeFilm("mp4-moov-front", folder);
  const relay = await startRelay();
  const proxy = await startRelayProxy(relay.url, { cutMs: CUT_MS });
  const share = await startShare(film, ["--relay", proxy.url]);
  const browser = await startChromium();
  try {
    expect(share.link.startsWith(proxy.url)).toBe(true);
    for (let viewer = 0; viewer < 4; viewer++) {
      const page = await browser.context.newPage();
      await openFilm(page, share.link);
      for (const seconds of [41, 3.2, 55]) {
        const shown = await seekAndRead(page, seconds + viewer);
        expect(shown.frameNumber).toBe(Math.round(shown.mediaTime * FILM.framesPerSecond));
      }
      await page.close();
    }
    expect(proxy.cuts()).toBeGreaterThan(3);
    expect(share.process.events.filter((event) => event.event === "viewer-joined")).toHaveLength(4);
  } finally {
    await browser.close();
    await share.stop();
    await proxy.close();
    await relay.stop();
    await rm(folder, { recursive: true, force: true });
  }
});
