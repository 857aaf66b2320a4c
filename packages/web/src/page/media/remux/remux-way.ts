/* Plays a film by repackaging it in the browser: its container is read by ranges, and its packets go to MediaSource as fragments of MP4. */
import { type Playback, type Way, WayError, type WayOptions } from "../ways/way.ts";
import { type Film, type FilmSound, openFilm } from "./open-film.ts";
import { playFilm } from "./play-film.ts";
import { createReadAhead } from "./read-ahead.ts";

export const remuxWay: Way = { start };

async function start(media: HTMLMediaElement, { url, size, from, sound, signal, onFailed }: WayOptions): Promise<Playback> {
  const source = createReadAhead({ url, size });
  const failure = (error: unknown): WayError =>
    new WayError(source.failed ? "network" : "format", "the film can't be repackaged", { cause: error });
  try {
    const film = await openFilm({ size, source, isTypeSupported: (type) => MediaSource.isTypeSupported(type) });
    signal.addEventListener("abort", () => film.close());
    const mediaSource = await openMediaSource(media, signal);
    if (from > 0) media.currentTime = from;
    const ended = (error: unknown): void => onFailed(failure(error));
    const play = playFilm({ media, mediaSource, film, source, signal, sound: soundOf(film, sound), onFailed: ended });
    return {
      sounds: film.sounds.map(({ track, name, language }) => ({ track, name, language })),
      selectSound: (track) => play.selectSound(soundOf(film, track)),
    };
  } catch (error) {
    throw failure(error);
  }
}

/** Gives the element a MediaSource, and waits until it takes bytes. @throws if playing was ended before */
function openMediaSource(media: HTMLMediaElement, signal: AbortSignal): Promise<MediaSource> {
  signal.throwIfAborted();
  const mediaSource = new MediaSource();
  const url = URL.createObjectURL(mediaSource);
  media.src = url;
  return new Promise<MediaSource>((resolve, reject) => {
    mediaSource.addEventListener("sourceopen", () => resolve(mediaSource), { once: true });
    signal.addEventListener("abort", () => reject(new Error("playing was ended")), { once: true });
  }).finally(() => URL.revokeObjectURL(url));
}

/** The sound that the viewer chose, or the first that can be played. */
function soundOf({ sounds }: Film, track: number | undefined): FilmSound | undefined {
  return sounds.find((sound) => sound.track === track) ?? sounds[0];
}
