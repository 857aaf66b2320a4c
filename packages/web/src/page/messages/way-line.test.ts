import { expect, test } from "vitest";
import type { JudgedTrack } from "../media/track.ts";
import type { WayKind } from "../media/ways/way.ts";
import { INITIAL_STATE, type PageState, type ShownFile } from "../state/page-state.ts";
import { wayLine } from "./way-line.ts";

const film: ShownFile = { name: "a.mkv", size: 9, contentType: "video/x-matroska", kind: "video", playable: "likely", version: "1" };
const H264: JudgedTrack = { kind: "picture", codec: "H.264", decodable: "yes" };
const HEVC: JudgedTrack = { kind: "picture", codec: "HEVC", decodable: "no" };
const AAC: JudgedTrack = { kind: "sound", codec: "AAC", decodable: "yes" };
const AC3: JudgedTrack = { kind: "sound", codec: "AC-3", decodable: "no" };
const host = { converts: ["picture", "sound"] } as const;

test.each<[WayKind | undefined, Partial<PageState>, string]>([
  ["as-is", { tracks: [H264, AAC] }, "Plays as it is (H.264, AAC)."],
  ["as-is", { tracks: [H264, AC3] }, "Plays as it is (H.264)."],
  ["as-is", {}, ""],
  [undefined, { tracks: [HEVC] }, ""],
  ["as-is", { tracks: [H264], media: { phase: "failed", reason: "format" } }, ""],
  ["as-is", { tracks: [H264], file: { ...film, kind: "image" } }, ""],
  ["remux", { file: { ...film, playable: "no", name: "a.ts" } }, "Repackaged in this browser, which doesn't open TS files itself."],
  ["remux", { file: { ...film, imprecise: true } }, "Repackaged in this browser, which finds wrong frames in MKV files itself."],
  ["remux", { playing: { way: "remux", failed: ["as-is"] } }, "Repackaged in this browser, which can't play the file as it is."],
  ["remux", { playing: { way: "remux", failed: [], sound: 1 } }, "Repackaged in this browser, so that you can choose its sound."],
  ["host", { tracks: [H264, AC3], host }, "The sender's computer converts the sound (AC-3), because this browser can't decode it."],
  [
    "host",
    { tracks: [HEVC, AC3], host },
    "The sender's computer converts the picture (HEVC) and the sound (AC-3), because this browser can't decode them.",
  ],
  [
    "host",
    { file: { ...film, name: "a.avi" }, host },
    "The sender's computer converts the film, because this browser can't play AVI files.",
  ],
])("%s, %o", (way, known, line) => {
  expect(wayLine({ ...INITIAL_STATE, file: film, ...known }, way)).toBe(line);
});
