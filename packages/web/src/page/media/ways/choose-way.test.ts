import { describe, expect, test } from "vitest";
import type { JudgedTrack } from "../track.ts";
import { chooseWay, type PlayableFilm } from "./choose-way.ts";

const film: PlayableFilm = { kind: "video", playable: "likely", remuxable: true };
const picture = (decodable: JudgedTrack["decodable"]): JudgedTrack => ({ kind: "picture", codec: "HEVC", decodable });
const sound = (decodable: JudgedTrack["decodable"]): JudgedTrack => ({ kind: "sound", codec: "AC-3", decodable });
const converts = { converts: ["picture", "sound"] } as const;

describe("the way that is chosen", () => {
  test.each<[string, Partial<PlayableFilm>, string | undefined]>([
    ["nothing is known of the tracks", {}, "as-is"],
    ["the browser plays everything", { tracks: [picture("yes"), sound("yes")], host: converts }, "as-is"],
    ["the browser doesn't open the container", { playable: "no" }, "remux"],
    ["the browser would show wrong frames", { imprecise: true }, "remux"],
    ["it would, but the film can't be repackaged", { imprecise: true, remuxable: false }, "as-is"],
    ["nor can it be repackaged", { playable: "no", remuxable: false }, undefined],
    ["but the host converts it", { playable: "no", remuxable: false, host: converts }, "host"],
    [
      "the sound can't be decoded, and the host converts nothing",
      { tracks: [picture("yes"), sound("no")], host: { converts: [] } },
      "as-is",
    ],
    ["the sound can't be decoded", { tracks: [picture("yes"), sound("no")], host: converts }, "host"],
    ["one of two sounds can be decoded", { tracks: [picture("yes"), sound("no"), sound("yes")], host: converts }, "as-is"],
    [
      "the picture can't be decoded, and the host converts only sound",
      { tracks: [picture("no"), sound("yes")], host: { converts: ["sound"] } },
      "as-is",
    ],
    ["nothing can be decoded", { tracks: [picture("no"), sound("no")] }, undefined],
    ["a sound file isn't repackaged", { kind: "audio", playable: "no" }, undefined],
  ])("%s", (_name, known, way) => {
    expect(chooseWay({ ...film, ...known })?.way).toBe(way);
  });
});

test("ways that failed are left out", () => {
  expect(chooseWay(film, ["as-is"])?.way).toBe("remux");
  expect(chooseWay(film, ["as-is", "remux"])).toBeUndefined();
});

test("what the browser didn't decode of the file itself, it is not expected to decode when it is repackaged", () => {
  const known = { ...film, tracks: [picture("yes"), sound("yes")] };
  const decoding = { picture: "some", sound: "none" } as const;
  expect(chooseWay(known, [], { way: "as-is", decoding })?.way).toBe("as-is");
  expect(chooseWay({ ...known, host: converts }, [], { way: "as-is", decoding })?.way).toBe("host");
});
