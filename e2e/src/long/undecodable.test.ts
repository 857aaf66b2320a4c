/* As ../undecodable.test.ts, with more films. */
import { describe, test } from "vitest";
import type { Clip } from "../lib/clips.ts";
import { expectNamed, expectOrdinary, expectUnplayable, useClips } from "../lib/clip-page.ts";

useClips();

describe.concurrent("a part that this browser can't decode is named before the film plays, and still while it plays", () => {
  test.each<[Clip, RegExp]>([
    ["hevc-aac.mp4", /can't decode the picture \(HEVC\), so at most the sound plays/u],
    ["mpeg4-aac.mp4", /can't decode the picture \(MPEG-4 Visual\), so at most the sound plays/u],
    ["h264-eac3.mp4", /can't decode the sound \(E-AC-3\)/u],
    ["h264-ac3.mkv", /can't decode the sound \(AC-3\)/u],
    ["h264-dts.mkv", /can't decode the sound \(DTS\)/u],
    ["h264-alac.mp4", /can't decode the sound \(ALAC\)/u],
  ])("%s", expectNamed);
});

describe.concurrent("a file of which nothing can be played has no Play button", () => {
  test.each<[Clip, RegExp]>([["alac.m4a", /can't play this file \(ALAC\)/u]])("%s", expectUnplayable);
});

describe.concurrent("an ordinary film has no such message, before and while it plays", () => {
  test.each<Clip>([
    "h264-aac.mp4",
    "sound-only.mp4",
    "vp9-opus.webm",
    "h264-10bit.mp4",
    "h264-silent.mp4",
    "h264-two-sounds.mkv",
    "cover.m4a",
  ])("%s", expectOrdinary);
});
