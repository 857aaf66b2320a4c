/*
 * Chromium's experiments add lines to an offer that other stacks don't know: SNAP (the SCTP INIT chunk in the SDP) and SPED (DTLS within ICE checks).
 * A stack that echoes such a line in its answer agrees to something that it can't do, and the data channel never opens. Our own transport can do SNAP: then
 * its answer has a line of its own. The native one can't: its answer has none, and Chromium does SCTP's handshake.
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
let shares: { readonly native: Share; readonly own: Share };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rangecast-snap-"));
  const film = await makeFilm("mp4-moov-front", folder);
  const start = (transport: string): Promise<Share> => startShare(film, [], { RANGECAST_TRANSPORT: transport });
  const [native, own] = await Promise.all([start("native"), start("own")]);
  shares = { native, own };
});

afterAll(async () => {
  await Promise.all([shares?.native.stop(), shares?.own.stop()]);
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

/** Keeps the answers that a page's connections take. */
async function watchAnswers(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    const answers: string[] = [];
    Object.assign(globalThis, { answers });
    globalThis.RTCPeerConnection = class extends RTCPeerConnection {
      override setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
        answers.push(description.sdp ?? "");
        return super.setRemoteDescription(description);
      }
    };
  });
  return () => page.evaluate(() => (globalThis as unknown as { answers: string[] }).answers);
}

/** Opens the film, seeks, and checks the frame that it shows. */
async function plays(page: Page, link: string): Promise<void> {
  await openFilm(page, link);
  const { mediaTime, frameNumber } = await seekAndRead(page, SEEK_SECONDS);
  expect(Math.abs(mediaTime - SEEK_SECONDS)).toBeLessThanOrEqual(1 / FILM.framesPerSecond + 0.001);
  expect(frameNumber).toBe(Math.round(mediaTime * FILM.framesPerSecond));
}

describe("a film plays in Chromium", () => {
  test.each([
    ["SNAP", "--force-fieldtrials=WebRTC-Sctp-Snap/Enabled/", [SNAP_LINE], ["native"]],
    [
      "SNAP and SPED",
      "--force-fieldtrials=WebRTC-Sctp-Snap/Enabled/WebRTC-IceHandshakeDtls/Enabled/",
      [SNAP_LINE, SPED_LINE],
      ["native", "own"],
    ],
    ["experimental web platform features", "--enable-experimental-web-platform-features", [SNAP_LINE], ["native"]],
  ] as const)("with %s", async (_experiment, flag, lines, transports) => {
    const browser = await startChromium([flag]);
    try {
      for (const transport of transports) {
        const page = await browser.context.newPage();
        const answers = await watchAnswers(page);
        const offer = await ownOffer(page);
        // If Chromium has dropped the experiment, this test no longer shows anything.
        for (const line of lines) expect(offer).toMatch(line);
        await plays(page, shares[transport].link);
        expect((await answers()).map((answer) => SNAP_LINE.test(answer))).toEqual([transport === "own"]);
        await page.close();
      }
    } finally {
      await browser.close();
    }
  });
});
