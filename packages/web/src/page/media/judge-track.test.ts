import { describe, expect, test } from "vitest";
import { judgeTrack } from "./judge-track.ts";
import type { Track } from "./track.ts";

/** `canPlayType` of a browser with these codecs, by the start of their strings. */
const knowing =
  (...codecs: string[]) =>
  (type: string): string =>
    codecs.some((codec) => type.includes(`codecs="${codec}`)) ? "probably" : "";
/** Chromium of Debian, as measured: no HEVC, no AC-3, no DTS, no ALAC. */
const chromium = knowing("avc1.42", "avc1.64", "avc1.6E", "avc1.6e", "mp4a.40", "opus", "mp3", "flac", "vp09", "av01", "vorbis");
/** Firefox, as measured: it answers no for profiles above High, but plays them. */
const firefox = knowing("avc1.42", "avc1.64", "hvc1", "hev1", "mp4a.40", "opus", "mp3", "flac", "vp09", "av01", "vorbis");
/** Safari accepts HEVC only as hvc1. */
const safari = knowing("avc1", "hvc1", "mp4a.40", "ac-3", "ec-3", "alac", "opus", "flac", "mp3");

const picture = (codecString: string): Track => ({ kind: "picture", codecString });
const sound = (codecString: string | undefined, containerId?: string): Track => ({ kind: "sound", codecString, containerId });

describe("a track, by what the browser reports", () => {
  test.each<[Track, string, string, (type: string) => string]>([
    [picture("avc1.64001f"), "H.264", "yes", chromium],
    [picture("hev1.1.6.L60.90"), "HEVC", "no", chromium],
    [picture("hev1.1.6.L60.90"), "HEVC", "yes", firefox],
    [picture("hev1.1.6.L60.90"), "HEVC", "yes", safari],
    [picture("hev1.2.4.L120.90"), "10-bit HEVC", "no", chromium],
    [picture("avc1.6e000c"), "10-bit H.264", "yes", chromium],
    [picture("vp09.00.11.08"), "VP9", "yes", chromium],
    [picture("apcn"), "ProRes", "no", chromium],
    [sound("mp4a.40.2"), "AAC", "yes", chromium],
    [sound("ac-3"), "AC-3", "no", chromium],
    [sound("ac-3"), "AC-3", "yes", safari],
    [sound("ec-3"), "E-AC-3", "no", chromium],
    [sound("dtsc"), "DTS", "no", chromium],
    [sound(undefined, "alac"), "ALAC", "no", chromium],
    [sound(undefined, "alac"), "ALAC", "yes", safari],
    [sound(undefined, "A_TRUEHD"), "TrueHD", "no", chromium],
  ])("%o is %s: %s", (track, codec, decodable, canPlayType) => {
    expect(judgeTrack(track, canPlayType)).toEqual({ kind: track.kind, codec, decodable });
  });

  test("a no for an H.264 profile above High is not trusted: Firefox plays 10-bit H.264", () => {
    expect(judgeTrack(picture("avc1.6e000c"), firefox)).toMatchObject({ codec: "10-bit H.264", decodable: "unknown" });
  });

  test("PCM and unknown codecs are neither decodable nor undecodable", () => {
    expect(judgeTrack(sound("pcm-s16"), chromium).decodable).toBe("unknown");
    expect(judgeTrack(sound(undefined, "A_NEW"), chromium)).toEqual({ kind: "sound", decodable: "unknown" });
    expect(judgeTrack(sound(undefined, "constructor"), chromium).decodable).toBe("unknown");
  });
});
