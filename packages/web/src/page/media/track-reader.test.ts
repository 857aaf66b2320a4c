import { describe, expect, test } from "vitest";
import { INITIAL_STATE, type PageState, type ShownFile } from "../state/page-state.ts";
import type { ReadTracksOptions } from "./read-tracks.ts";
import type { JudgedTrack } from "./track.ts";
import { createTrackReader } from "./track-reader.ts";

const film: ShownFile = { name: "film.mp4", size: 1000, contentType: "video/mp4", kind: "video", playable: "likely", version: "1" };
const ready: PageState = {
  ...INITIAL_STATE,
  connection: { phase: "connected" },
  worker: { phase: "ready", clientId: "c" },
  file: film,
};
const TRACKS: JudgedTrack[] = [{ kind: "picture", codec: "H.264", decodable: "yes" }];

function startReader(read: (options: ReadTracksOptions) => Promise<JudgedTrack[]> = async () => TRACKS) {
  const asked: ReadTracksOptions[] = [];
  const told: string[] = [];
  const look = createTrackReader({
    load: async () => async (options) => {
      asked.push(options);
      return read(options);
    },
    canPlayType: () => "",
    onTracks: (version) => told.push(version),
  });
  return { asked, told, look };
}
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe("a film's headers are read", () => {
  test("once for each version, from its address in this browser", async () => {
    const { asked, told, look } = startReader();
    look(ready);
    look(ready);
    await settled();
    look({ ...ready, file: { ...film, version: "2" } });
    await settled();
    expect(asked.map(({ url }) => url)).toEqual(["/_rangecast/c/0@1/film.mp4", "/_rangecast/c/0@2/film.mp4"]);
    expect(told).toEqual(["1", "2"]);
  });

  test("not before it can be fetched, nor of what has none", async () => {
    const { asked, look } = startReader();
    look({ ...ready, worker: { phase: "starting" } });
    look({ ...ready, connection: { phase: "waiting", reason: "lost" } });
    look({ ...ready, file: { ...film, size: 0 } });
    look({ ...ready, file: { ...film, contentType: "video/x-msvideo" } });
    look({ ...ready, file: { ...film, playable: "no" } });
    await settled();
    expect(asked).toEqual([]);
  });
});

test("a version that another one replaced is no longer read, and not told", async () => {
  let answer: () => void = () => undefined;
  const { asked, told, look } = startReader(async ({ url }) => {
    if (url.includes("@1")) await new Promise<void>((resolve) => (answer = resolve));
    return TRACKS;
  });
  look(ready);
  await settled();
  look({ ...ready, file: { ...film, version: "2" } });
  answer();
  await settled();
  expect(asked[0]?.signal.aborted).toBe(true);
  expect(told).toEqual(["2"]);
});

test("a file whose headers can't be read is told nothing of", async () => {
  const { told, look } = startReader(() => Promise.reject(new Error("damaged")));
  look(ready);
  await settled();
  expect(told).toEqual([]);
});
