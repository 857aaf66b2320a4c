/*
 * Chromium's experiments add lines to an offer that other stacks don't know: SNAP (the SCTP INIT chunk in the SDP) and SPED (DTLS within ICE checks).
 * A stack that echoes such a line in its answer agrees to something that it can't do, and the data channel never opens.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startChromium } from "@rangecast/testkit/browsers/chromium";
import { FILM, makeFilm } from "./lib/media.ts";
import { type Share, startShare } from "./lib/share.ts";
import { openFilm, seekAndRead } from "./lib/video-probe.ts";

const SNAP_LINE = /^a=sctp-init:\S+/mu;
const SPED_LINE = /^a=ice-options:.*\bsped\b/mu;
/** A position that isn't buffered when the film opens, seconds. */
const SEEK_SECONDS = 40.2;

let folder = "";
let share: Share;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rangecast-snap-"));
  share = await startShare(await makeFilm("mp4-moov-front", folder));
});

afterAll(async () => {
  await share?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The offer that this browser creates for a data channel. */
function ownOffer(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const peer = new RTCPeerConnection();
    peer.createDataChannel("probe");
    const { sdp = "" } = await peer.createOffer();
    peer.close();
    return sdp;
  });
}

describe("a film plays in Chromium", () => {
  test.each([
    ["SNAP", "--force-fieldtrials=WebRTC-Sctp-Snap/Enabled/", [SNAP_LINE]],
    ["SNAP and SPED", "--force-fieldtrials=WebRTC-Sctp-Snap/Enabled/WebRTC-IceHandshakeDtls/Enabled/", [SNAP_LINE, SPED_LINE]],
    ["experimental web platform features", "--enable-experimental-web-platform-features", [SNAP_LINE]],
  ])("with %s", async (_experiment, flag, lines) => {
    const browser = await startChromium([flag]);
    try {
      const page = await browser.context.newPage();
      const offer = await ownOffer(page);
      // If Chromium has dropped the experiment, this test no longer shows anything.
      for (const line of lines) expect(offer).toMatch(line);
      await openFilm(page, share.link);
      const { mediaTime, frameNumber } = await seekAndRead(page, SEEK_SECONDS);
      expect(Math.abs(mediaTime - SEEK_SECONDS)).toBeLessThanOrEqual(1 / FILM.framesPerSecond + 0.001);
      expect(frameNumber).toBe(Math.round(mediaTime * FILM.framesPerSecond));
    } finally {
      await browser.close();
    }
  });
});
