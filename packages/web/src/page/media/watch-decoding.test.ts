import { describe, expect, test } from "vitest";
import { decodingOf, PlayedTime } from "./watch-decoding.ts";

const base = { currentTime: 1, isConnected: true };
const frames = (totalVideoFrames: number) => ({ getVideoPlaybackQuality: () => ({ totalVideoFrames }) });

describe("what an element has decoded", () => {
  test("in Chromium: frames, and bytes of sound", () => {
    expect(decodingOf({ ...base, videoWidth: 320, ...frames(12), webkitAudioDecodedByteCount: 900 })).toEqual({
      picture: "some",
      sound: "some",
    });
    expect(decodingOf({ ...base, videoWidth: 0, ...frames(0), webkitAudioDecodedByteCount: 900 })).toEqual({
      picture: "none",
      sound: "some",
    });
    expect(decodingOf({ ...base, videoWidth: 320, ...frames(12), webkitAudioDecodedByteCount: 0 })).toEqual({
      picture: "some",
      sound: "none",
    });
  });

  test("in Firefox: frames, and whether it found sound", () => {
    expect(decodingOf({ ...base, videoWidth: 320, ...frames(12), mozHasAudio: false })).toEqual({ picture: "some", sound: "none" });
    expect(decodingOf({ ...base, videoWidth: 0, ...frames(0), mozHasAudio: true })).toEqual({ picture: "none", sound: "some" });
  });

  test("unknown if the browser reports nothing", () => {
    expect(decodingOf(base)).toEqual({ picture: "unknown", sound: "unknown" });
    expect(decodingOf({ ...base, videoWidth: 320, audioTracks: { length: 1 } })).toEqual({ picture: "some", sound: "some" });
  });
});

describe("enough has played to judge", () => {
  const judged = (times: readonly number[], visible = true): boolean => {
    const played = new PlayedTime();
    return times.map((time) => played.add(time, visible)).at(-1) ?? false;
  };
  test("after one second", () => {
    expect(judged([0, 0.25, 0.5, 0.75])).toBe(false);
    expect(judged([0, 0.25, 0.5, 0.75, 1])).toBe(true);
  });

  test("but not after a seek, while it stalls, or in a hidden page", () => {
    expect(judged([0, 0.25, 58])).toBe(false);
    expect(judged([0, 0, 0, 0, 0, 0])).toBe(false);
    expect(judged([0, 0.25, 0.5, 0.75, 1, 1.25], false)).toBe(false);
  });
});
