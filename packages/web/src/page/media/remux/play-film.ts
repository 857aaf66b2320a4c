/* Plays a film through MediaSource: fragments of its tracks are appended ahead of what is shown, and removed behind it. */
import { type Appender, createAppender, makeRoom } from "./appender.ts";
import { endOfGap, isBuffered, needsMore, spansOf, surplus } from "./buffer-window.ts";
import type { Film, FilmSound, FilmTrack } from "./open-film.ts";
import type { ReadAhead } from "./read-ahead.ts";
import { openTrackFeed, type TrackFeed } from "./track-feed.ts";

/** How often the buffer is looked at while it is full, milliseconds. Media elements report their time about as often. */
const LOOK_AGAIN_MS = 250;

export interface PlayFilmOptions {
  readonly media: HTMLMediaElement;
  /** It is open. */
  readonly mediaSource: MediaSource;
  readonly film: Film;
  readonly source: ReadAhead;
  /** Undefined: the film has none that can be played. */
  readonly sound: FilmSound | undefined;
  /** Ends playing. */
  readonly signal: AbortSignal;
  readonly onFailed: (error: unknown) => void;
}

interface Lane {
  readonly appender: Appender;
  readonly feed: TrackFeed;
  until: number;
  ended: boolean;
}

export interface PlayingFilm {
  /** Plays another sound track of the film from now on. */
  selectSound(sound: FilmSound | undefined): void;
}

export function playFilm(options: PlayFilmOptions): PlayingFilm {
  const { media, mediaSource, film, source, signal, onFailed } = options;
  let { sound } = options;
  let stop = new AbortController();
  let running: Promise<void> = Promise.resolve();
  const appenderOf = (track: FilmTrack): Appender => createAppender(mediaSource.addSourceBuffer(track.contentType));
  mediaSource.duration = film.duration;
  const picture = appenderOf(film.picture);
  const hearing = sound && appenderOf(sound);

  const openLane = async (track: FilmTrack, appender: Appender, from: number): Promise<Lane> => {
    const feed = await openTrackFeed(track, { origin: film.origin, from });
    await appender.clear(track.contentType);
    await appender.append(feed.init.bytes);
    return { appender, feed, until: feed.startsAt, ended: false };
  };
  const run = async (at: number, stopped: AbortSignal): Promise<void> => {
    const first = await openLane(film.picture, picture, at);
    const lanes = [first, ...(sound && hearing ? [await openLane(sound, hearing, first.feed.startsAt)] : [])];
    while (!stopped.aborted) {
      const [lane] = lanes.filter(({ ended }) => !ended).toSorted((one, other) => one.until - other.until);
      const gapEnd = endOfGap(spansOf(media.buffered), media.currentTime, lane?.until ?? film.duration);
      if (gapEnd !== undefined) media.currentTime = gapEnd;
      if (!lane) return void (mediaSource.readyState === "open" && mediaSource.endOfStream());
      if (needsMore(lane.until, media.currentTime)) await feedLane(lane, media, stopped);
      else await pause(LOOK_AGAIN_MS, stopped);
    }
  };
  const restart = (): void => {
    stop.abort();
    source.abort();
    const next = new AbortController();
    stop = next;
    running = running
      .then(() => (next.signal.aborted ? undefined : run(media.currentTime, next.signal)))
      .catch((error: unknown) => {
        if (!next.signal.aborted) onFailed(error);
      });
  };

  media.addEventListener("seeking", () => !isBuffered(spansOf(media.buffered), media.currentTime) && restart(), { signal });
  signal.addEventListener("abort", () => {
    stop.abort();
    source.abort();
  });
  restart();
  return {
    selectSound: (next) => {
      if (next === sound) return;
      sound = next;
      restart();
    },
  };
}

async function feedLane(lane: Lane, media: HTMLMediaElement, stopped: AbortSignal): Promise<void> {
  const { appender, feed } = lane;
  const fragment = await feed.next();
  if (!fragment) return void (lane.ended = true);
  while (!stopped.aborted && !(await appender.append(fragment.bytes))) {
    await (makeRoom(appender, media.currentTime) ?? pause(LOOK_AGAIN_MS, stopped));
  }
  lane.until = fragment.until;
  const behind = surplus(appender.buffered(), media.currentTime);
  if (behind && !stopped.aborted) await appender.remove(behind);
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}
