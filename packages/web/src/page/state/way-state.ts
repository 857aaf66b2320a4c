/* How the file is played, as a part of the page's state. */
import { chooseWay, lossOf, missingIn, type PlayableFilm } from "../media/ways/choose-way.ts";
import { type Sound, WAYS } from "../media/ways/way.ts";
import type { MediaFailure, PageState, ShownFile } from "./page-state.ts";

/** What is known of the file that the page shows. */
export function filmOf({ tracks, host }: PageState, { kind, playable, imprecise, remuxable }: ShownFile): PlayableFilm {
  return { kind, playable, imprecise: imprecise === true, remuxable: remuxable === true, tracks, host };
}

/** The viewer wants to see it: begins with the way that plays the most. After all have failed, each may be tried again. */
export function firstWay(state: PageState): PageState {
  const { file, playing } = state;
  if (!file) return state;
  const film = filmOf(state, file);
  const again = chooseWay(film, playing.failed);
  const way = again?.way ?? chooseWay(film)?.way ?? "as-is";
  return { ...state, playing: { ...playing, way, failed: again ? playing.failed : [] } };
}

/** Goes on with another way if one is left. */
export function withFailedWay(state: PageState, reason: MediaFailure): PageState {
  const { file, playing } = state;
  if (reason === "network" || !file) return { ...state, media: { phase: "failed", reason } };
  const failed = [...playing.failed, playing.way];
  const next = chooseWay(filmOf(state, file), failed);
  if (!next) return { ...state, playing: { ...playing, failed }, media: { phase: "failed", reason } };
  return { ...state, playing: { ...withoutSounds(playing), way: next.way, failed } };
}

/** Goes over to a way that plays more of the film, as far as is known by now. Never back to a cheaper one: that would have no end. */
export function betterWay(state: PageState): PageState {
  const { file, playing, media, decoding } = state;
  if (!file || media.phase !== "open") return state;
  const film = filmOf(state, file);
  const current = { way: playing.way, decoding };
  const better = chooseWay(film, playing.failed, current);
  if (!better || WAYS.indexOf(better.way) <= WAYS.indexOf(playing.way)) return state;
  if (lossOf(better.missing) >= lossOf(missingIn(film, current.way, current))) return state;
  const { decoding: _decoding, ...kept } = state;
  return { ...kept, playing: { ...withoutSounds(playing), way: better.way } };
}

/** The sounds that the viewer can choose. Empty: the file is played as it is, and can't be repackaged. */
export function soundsOf({ playing, tracks = [], file }: PageState): readonly Sound[] {
  if (playing.sounds && playing.sounds.length > 0) return playing.sounds;
  if (!file?.remuxable || playing.way !== "as-is" || playing.failed.includes("remux")) return [];
  return tracks
    .filter(({ kind }) => kind === "sound")
    .map(({ decodable, name = "", language = "" }, track) => ({ decodable, sound: { track, name, language } }))
    .filter(({ decodable }) => decodable !== "no")
    .map(({ sound }) => sound);
}

function withoutSounds({ sounds: _sounds, ...playing }: PageState["playing"]): PageState["playing"] {
  return playing;
}
