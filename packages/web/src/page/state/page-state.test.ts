import { describe, expect, test } from "vitest";
import { downloadUrl, INITIAL_STATE, nextState, type PageEvent, type PageState, type ShownFile } from "./page-state.ts";

const film: ShownFile = { name: "film.mp4", size: 1e9, contentType: "video/mp4", kind: "video", playable: "likely", version: "1" };
const picture: ShownFile = { name: "a.png", size: 1e6, contentType: "image/png", kind: "image", playable: "likely", version: "1" };
const after = (...events: PageEvent[]): PageState => events.reduce(nextState, INITIAL_STATE);
const file = (shown: ShownFile): PageEvent => ({ type: "file", file: shown });

describe("what is shown", () => {
  test("a film waits for a click", () => {
    expect(after(file(film)).media).toEqual({ phase: "closed" });
    expect(after(file(film), { type: "media-open" }).media).toEqual({ phase: "open" });
  });

  test("a picture is shown at once, unless it is large or the browser can't show it", () => {
    expect(after(file(picture)).media).toEqual({ phase: "open" });
    expect(after(file({ ...picture, size: 1e9 })).media).toEqual({ phase: "closed" });
    expect(after(file({ ...picture, playable: "no" })).media).toEqual({ phase: "closed" });
    expect(after(file({ ...picture, size: 0 })).media).toEqual({ phase: "closed" });
    expect(after(file({ ...picture, provisional: true })).media, "its size is unknown").toEqual({ phase: "closed" });
  });

  test("of a share whose downloads are counted waits for the viewer, except in a folder, where it was chosen", () => {
    const counted = { type: "counted" } as const;
    expect(after(counted, file(picture)).media).toEqual({ phase: "closed" });
    const place = { path: "a.png", etag: "1", text: false };
    expect(after(counted, file({ ...picture, place })).media).toEqual({ phase: "open" });
  });

  test("stays open when the same version arrives over a new connection", () => {
    const state = after(file(film), { type: "media-open" }, file(film));
    expect(state.media).toEqual({ phase: "open" });
    expect(state.fileChanged).toBe(false);
  });

  test("is closed when another version arrives, and the change is recorded", () => {
    const state = after(file(film), { type: "media-open" }, file({ ...film, version: "2" }));
    expect(state.media).toEqual({ phase: "closed" });
    expect(state.fileChanged).toBe(true);
  });

  test("can fail, and be opened again", () => {
    const failed = after(file(film), { type: "media-open" }, { type: "media-failed", way: "as-is", reason: "format" });
    expect(failed.media).toEqual({ phase: "failed", reason: "format" });
    expect(nextState(failed, { type: "media-open" }).media).toEqual({ phase: "open" });
  });

  test("can't be opened before there is a file", () => {
    expect(after({ type: "media-open" }).media).toEqual({ phase: "closed" });
  });

  test("a failure after it was closed is ignored", () => {
    expect(after(file(film), { type: "media-failed", way: "as-is", reason: "network" }).media).toEqual({ phase: "closed" });
  });
});

describe("what is known of the film's tracks", () => {
  const tracks = [{ kind: "picture", codec: "HEVC", decodable: "no" }] as const;
  const decoding = { picture: "none", sound: "some" } as const;

  test("belongs to the version that it was read from, and is dropped with it", () => {
    const state = after(file(film), { type: "tracks", version: "1", tracks });
    expect(state.tracks).toBe(tracks);
    expect(nextState(state, file({ ...film, version: "2" })).tracks).toBeUndefined();
    expect(after(file({ ...film, version: "2" }), { type: "tracks", version: "1", tracks }).tracks).toBeUndefined();
  });

  test("includes what was decoded only while it plays, and not in the next try", () => {
    expect(after(file(film), { type: "decoding", decoding }).decoding).toBeUndefined();
    const playing = after(file(film), { type: "media-open" }, { type: "decoding", decoding });
    expect(playing.decoding).toBe(decoding);
    expect(nextState(playing, { type: "media-open" }).decoding).toBeUndefined();
  });
});

test("the file stays known when the connection is lost", () => {
  const state = after({ type: "connecting" }, file(film), { type: "connected" }, { type: "waiting", reason: "lost" });
  expect(state.file).toBe(film);
  expect(state.connection).toEqual({ phase: "waiting", reason: "lost" });
});

describe("downloads", () => {
  const started = (id: number): PageEvent => ({ type: "download-started", id, total: 100 });
  const progress: PageEvent = { type: "download-progress", id: 1, taken: 60, bytesPerSecond: 10 };

  test("progress belongs to the download with that id", () => {
    expect(after(started(1), started(2), progress).downloads).toMatchObject([
      { id: 1, taken: 60, bytesPerSecond: 10 },
      { id: 2, taken: 0 },
    ]);
  });

  test.each(["done", "cancelled", "failed"] as const)("ends as %s, and stays so", (phase) => {
    const state = after(started(1), { type: "download-ended", id: 1, phase }, progress);
    expect(state.downloads).toMatchObject([{ phase, taken: phase === "done" ? 100 : 0 }]);
  });

  test("the oldest that have ended are dropped; running ones are kept", () => {
    const over = (id: number): PageEvent[] => [started(id), { type: "download-ended", id, phase: "done" }];
    const ids = (...events: PageEvent[]) => after(...events).downloads.map(({ id }) => id);
    expect(ids(...over(1), ...over(2), ...over(3), ...over(4))).toEqual([2, 3, 4]);
    expect(ids(started(1), started(2), started(3), started(4))).toEqual([1, 2, 3, 4]);
  });

  test("a new one clears the notice that the file couldn't be read", () => {
    expect(after({ type: "unreadable" }, started(1)).unreadable).toBe(false);
  });
});

describe("a shared folder", () => {
  const worker = { phase: "ready", clientId: "c", share: "s", base: "/" } as const;
  const photos: PageEvent = {
    type: "folder",
    folder: { name: "Photos", facts: "", version: "1", download: { path: "//zip", label: "Download as zip" } },
  };
  const place = (path: string, etag: string): PageEvent => ({
    type: "file",
    file: { ...film, version: "1", place: { path, etag, text: false } },
  });

  test("is saved as its zip, and a file of it by its path and version", () => {
    expect(downloadUrl(after(photos))).toBeUndefined();
    expect(downloadUrl(after({ type: "worker", worker }, photos))).toBe("/_rangecast/c/s/0@1///zip?download");
    expect(downloadUrl(after({ type: "worker", worker }, photos, place("a/b%20c.mp4", '"1"')))).toBe(
      "/_rangecast/c/s/0@1/a/b%20c.mp4?download&etag=%221%22",
    );
  });

  test("shows another file of it afresh, and the same one as changed if it has another version", () => {
    const open = after(photos, place("a", "1"), { type: "media-open" });
    expect(nextState(open, place("a", "1"))).toBe(open);
    expect(nextState(open, place("b", "1"))).toMatchObject({ fileChanged: false, media: { phase: "closed" } });
    expect(nextState(open, place("a", "2"))).toMatchObject({ fileChanged: true, media: { phase: "closed" } });
  });

  test("takes the place of a file that was shown", () => {
    const state = after(photos, place("a", "1"), { type: "media-open" }, photos);
    expect(state.file).toBeUndefined();
    expect(state).toMatchObject({ folder: { name: "Photos" }, media: { phase: "closed" } });
  });
});
