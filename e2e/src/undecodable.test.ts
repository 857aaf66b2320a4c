/* The page's messages for films of which real Chromium (as built by Debian) decodes only one part, or none. More films: long/undecodable.test.ts. */
import { describe, expect, test } from "vitest";
import type { Clip } from "./lib/clips.ts";
import { expectNamed, expectOrdinary, expectUnplayable, headersRead, notice, play, useClips, withClip } from "./lib/clip-page.ts";

/** Longest time from `playing` until the page says what is missing, milliseconds. */
const TOLD_WITHIN_MS = 2000;

useClips();

/* In each case a film plays for seconds, in real time: several play at once. */
describe.concurrent("a part that this browser can't decode is named before the film plays, and still while it plays", () => {
  test.each<[Clip, RegExp]>([
    ["hevc-aac.mkv", /can't decode the picture \(HEVC\), so at most the sound plays/u],
    ["h264-ac3.mp4", /can't decode the sound \(AC-3\), so at most the picture plays, without sound/u],
  ])("%s", expectNamed);
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
  test.each<[Clip, RegExp]>([["hevc-ac3.mp4", /can't play this file \(HEVC, AC-3\)/u]])("%s", expectUnplayable);
});

describe.concurrent("an ordinary film has no such message, before and while it plays", () => {
  test.each<Clip>(["h264-opus.mkv"])("%s", expectOrdinary);
});
