import { expect, test } from "vitest";
import type { JudgedTrack } from "../media/track.ts";
import { INITIAL_STATE, nextState, type PageEvent, type PageState, type ShownFile } from "./page-state.ts";

const mkv: ShownFile = {
  name: "a.mkv",
  size: 9,
  contentType: "video/x-matroska",
  kind: "video",
  playable: "likely",
  remuxable: true,
  version: "1",
};
const PICTURE: JudgedTrack = { kind: "picture", codec: "H.264", decodable: "yes" };
const AC3: JudgedTrack = { kind: "sound", codec: "AC-3", decodable: "no" };
const offer: PageEvent = { type: "host-offer", version: "1", offer: { converts: ["picture", "sound"] } };
const failed = (way: "as-is" | "remux" | "host", reason: "format" | "network" = "format"): PageEvent => ({
  type: "media-failed",
  way,
  reason,
});

const after = (file: ShownFile, ...events: readonly PageEvent[]): PageState =>
  events.reduce(nextState, nextState(INITIAL_STATE, { type: "file", file }));
const played = ({ media, playing }: PageState): string => (media.phase === "open" ? playing.way : media.phase);

test("a film that is playing goes on in the same way, whatever becomes known", () => {
  const state = after(mkv, { type: "media-open" }, { type: "tracks", version: "1", tracks: [PICTURE] }, offer);
  expect(played(state)).toBe("as-is");
});

test("it goes over to a way that plays more of it, and never back", () => {
  const tracks: PageEvent = { type: "tracks", version: "1", tracks: [PICTURE, AC3] };
  const converted = after(mkv, { type: "media-open" }, offer, tracks);
  expect(played(converted)).toBe("host");
  const silent = nextState(converted, { type: "decoding", decoding: { picture: "some", sound: "none" } });
  expect(played(silent)).toBe("host");
});

test("after a way has failed the next one is tried, and the failure of an earlier one is ignored", () => {
  const state = after(mkv, { type: "media-open" }, failed("as-is"));
  expect(played(state)).toBe("remux");
  expect(played(nextState(state, failed("as-is")))).toBe("remux");
  const last = nextState(state, failed("remux"));
  expect(last.media).toEqual({ phase: "failed", reason: "format" });
  // The viewer may try again: everything.
  expect(played(nextState(last, { type: "media-open" }))).toBe("as-is");
});

test("bytes that didn't arrive are no reason to try another way", () => {
  const state = after(mkv, { type: "media-open" }, failed("as-is"), failed("remux", "network"));
  expect(state.media).toEqual({ phase: "failed", reason: "network" });
  expect(played(nextState(state, { type: "media-open" }))).toBe("remux");
});

test("choosing another sound of a file that the browser reads itself means repackaging it", () => {
  const state = after(mkv, { type: "media-open" }, { type: "sound", sound: 1 });
  expect(state.playing).toMatchObject({ way: "remux", sound: 1 });
});

test("another version of the file begins anew", () => {
  const state = after(mkv, offer, { type: "media-open" }, failed("as-is"), { type: "file", file: { ...mkv, version: "2" } });
  expect(state.playing).toEqual({ way: "as-is", failed: [] });
  expect(state.host).toBeUndefined();
});
