import { describe, expect, test } from "vitest";
import { missingParts } from "./missing-parts.ts";
import type { JudgedTrack } from "./track.ts";

const track = (kind: JudgedTrack["kind"], codec: string, decodable: JudgedTrack["decodable"]): JudgedTrack => ({ kind, codec, decodable });
const H264 = track("picture", "H.264", "yes");
const HEVC = track("picture", "HEVC", "no");
const AAC = track("sound", "AAC", "yes");
const AC3 = track("sound", "AC-3", "no");
const BOTH = { picture: "some", sound: "some" } as const;

describe("before a film plays", () => {
  test("its headers show which part can't be decoded", () => {
    expect(missingParts({ kind: "video", tracks: [HEVC, AAC] })).toMatchObject({
      parts: [{ kind: "picture", codecs: ["HEVC"] }],
      all: false,
    });
    expect(missingParts({ kind: "video", tracks: [H264, AC3] })).toMatchObject({
      parts: [{ kind: "sound", codecs: ["AC-3"] }],
      all: false,
    });
    expect(missingParts({ kind: "video", tracks: [HEVC, AC3] })).toMatchObject({ all: true });
    expect(missingParts({ kind: "video", tracks: [HEVC] })).toMatchObject({ all: true });
  });

  test("one sound track that can be decoded is enough", () => {
    expect(missingParts({ kind: "video", tracks: [H264, AC3, AAC] }).parts).toEqual([]);
  });

  test("nothing is missing from a film without sound, or from a sound file with a cover", () => {
    expect(missingParts({ kind: "video", tracks: [H264] }).parts).toEqual([]);
    expect(missingParts({ kind: "audio", tracks: [AAC, track("picture", "MJPEG", "no")] }).parts).toEqual([]);
  });

  test("nothing is missing if the headers aren't known, or if the browser's answer is unreliable", () => {
    expect(missingParts({ kind: "video" })).toEqual({ parts: [], all: false, noPictureSeen: false });
    expect(missingParts({ kind: "video", tracks: [track("picture", "10-bit H.264", "unknown"), AAC] }).parts).toEqual([]);
  });
});

describe("while it plays", () => {
  test("what is not decoded is missing, even if the browser reported that it can", () => {
    const decoding = { picture: "none", sound: "some" } as const;
    expect(missingParts({ kind: "video", tracks: [track("picture", "HEVC", "yes"), AAC], decoding }).parts).toEqual([
      { kind: "picture", codecs: ["HEVC"] },
    ]);
  });

  test("of several sound tracks, the one that the browser doesn't decode is named: Chromium may choose that one", () => {
    const decoding = { picture: "some", sound: "none" } as const;
    expect(missingParts({ kind: "video", tracks: [H264, AC3, AAC], decoding }).parts).toEqual([{ kind: "sound", codecs: ["AC-3"] }]);
  });

  test("what is decoded is not missing, even if the browser reported that it can't", () => {
    expect(missingParts({ kind: "video", tracks: [HEVC, AC3], decoding: BOTH }).parts).toEqual([]);
  });

  test("sound is not missing from a film without a sound track", () => {
    expect(missingParts({ kind: "video", tracks: [H264], decoding: { picture: "some", sound: "none" } }).parts).toEqual([]);
    expect(missingParts({ kind: "video", decoding: { picture: "some", sound: "none" } }).parts).toEqual([]);
  });

  test("if the headers aren't known, a missing picture is reported separately", () => {
    expect(missingParts({ kind: "video", decoding: { picture: "none", sound: "some" } }).noPictureSeen).toBe(true);
    expect(missingParts({ kind: "video", tracks: [AAC], decoding: { picture: "none", sound: "some" } }).noPictureSeen).toBe(false);
  });
});
