import { describe, expect, test } from "vitest";
import { INITIAL_STATE, type PageState, type ShownFile } from "../state/page-state.ts";
import type { ReadTracksOptions } from "./read-tracks.ts";
import type { JudgedTrack } from "./track.ts";
import { createTrackReader } from "./track-reader.ts";

const film: ShownFile = { name: "film.mp4", size: 1000, contentType: "video/mp4", kind: "video", playable: "likely", version: "1" };
const ready: PageState = {
  ...INITIAL_STATE,
  connection: { phase: "connected" },
  worker: { phase: "ready", clientId: "c", share: "s", base: "/" },
  file: film,
};
const TRACKS: JudgedTrack[] = [{ kind: "picture", codec: "H.264", decodable: "yes" }];

function startReader(read: (options: ReadTracksOptions) => Promise<JudgedTrack[]> = async () => TRACKS) {
  const requests: ReadTracksOptions[] = [];
  const reported: string[] = [];
  const update = createTrackReader({
    load: async () => async (options) => {
      requests.push(options);
      return read(options);
    },
    canPlayType: () => "",
    onTracks: (version) => reported.push(version),
  });
  return { requests, reported, update };
}
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe("a film's headers are read", () => {
  test("once for each version, from its URL in this browser", async () => {
    const { requests, reported, update } = startReader();
    update(ready);
    update(ready);
    await settled();
    update({ ...ready, file: { ...film, version: "2" } });
    await settled();
    expect(requests.map(({ url }) => url)).toEqual(["/_rangecast/c/s/0@1/film.mp4", "/_rangecast/c/s/0@2/film.mp4"]);
    expect(reported).toEqual(["1", "2"]);
  });

  test("only once it is played, if downloads are counted", async () => {
    const { requests, update } = startReader();
    update({ ...ready, counted: true });
    await settled();
    expect(requests).toEqual([]);
    update({ ...ready, counted: true, media: { phase: "open" } });
    await settled();
    expect(requests).toHaveLength(1);
  });

  test("not before the file can be fetched, nor for files without readable headers", async () => {
    const { requests, update } = startReader();
    update({ ...ready, worker: { phase: "starting" } });
    update({ ...ready, connection: { phase: "waiting", reason: "lost" } });
    update({ ...ready, file: { ...film, size: 0 } });
    update({ ...ready, file: { ...film, contentType: "video/x-msvideo" } });
    update({ ...ready, file: { ...film, playable: "no" } });
    await settled();
    expect(requests).toEqual([]);
  });
});

test("reading stops when another version replaces the file, and nothing is reported", async () => {
  let answer: () => void = () => undefined;
  const { requests, reported, update } = startReader(async ({ url }) => {
    if (url.includes("@1")) await new Promise<void>((resolve) => (answer = resolve));
    return TRACKS;
  });
  update(ready);
  await settled();
  update({ ...ready, file: { ...film, version: "2" } });
  answer();
  await settled();
  expect(requests[0]?.signal.aborted).toBe(true);
  expect(reported).toEqual(["2"]);
});

test("nothing is reported if the headers can't be read", async () => {
  const { reported, update } = startReader(() => Promise.reject(new Error("damaged")));
  update(ready);
  await settled();
  expect(reported).toEqual([]);
});
