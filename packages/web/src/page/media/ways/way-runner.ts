/* Plays a film in a media element in one way, and goes on in another one at the same position. */
import { loadWay } from "./load-way.ts";
import { type Playback, type Sound, type Way, WayError, type WayFailure, type WayKind, type WayOptions } from "./way.ts";

/** What to play, and how. */
export interface WayRun extends Pick<WayOptions, "url" | "size"> {
  readonly way: WayKind;
  /** URL of what the host makes of the film, without its name. */
  readonly madeUrl: string;
  /** The sound that the viewer chose, by its number. */
  readonly sound?: number;
}

export interface WayRunnerOptions {
  readonly media: HTMLMediaElement;
  readonly onStarted: (way: WayKind, sounds: readonly Sound[]) => void;
  readonly onFailed: (way: WayKind, reason: WayFailure) => void;
  /** @default the scripts of this page */
  readonly load?: (kind: WayKind) => Promise<Way>;
}

export interface WayRunner {
  /** Undefined while nothing plays yet. */
  readonly playback: Playback | undefined;
  play(run: WayRun): void;
  /** Stops playing for good: ranges are cancelled now, and not when the element is garbage-collected. */
  stop(): void;
}

export function createWayRunner({ media, onStarted, onFailed, load = loadWay }: WayRunnerOptions): WayRunner {
  let current: WayRun | undefined;
  let chosenSound: number | undefined;
  let playback: Playback | undefined;
  let running = new AbortController();

  const fail = (run: WayRun, error: unknown): void => {
    if (run === current) onFailed(run.way, error instanceof WayError ? error.reason : "format");
  };
  const start = async (run: WayRun, from: number): Promise<void> => {
    const { signal } = running;
    const way = await load(run.way);
    if (signal.aborted) return;
    const { url, madeUrl, size } = run;
    const sound = chosenSound;
    const options = { url, made: (name: string) => madeUrl + name, size, from, signal, onFailed: (error: unknown) => fail(run, error) };
    const started = await way.start(media, sound === undefined ? options : { ...options, sound });
    if (signal.aborted) return;
    playback = started;
    if (chosenSound !== undefined && chosenSound !== sound) started.selectSound(chosenSound);
    onStarted(run.way, started.sounds);
  };
  const halt = (): void => {
    running.abort();
    running = new AbortController();
    playback = undefined;
    media.removeAttribute("src");
    media.load();
  };
  media.addEventListener("error", () => {
    // An element whose source was removed has no error.
    if (media.error && current) onFailed(current.way, media.error.code === MediaError.MEDIA_ERR_NETWORK ? "network" : "format");
  });

  return {
    get playback() {
      return playback;
    },
    play: (run) => {
      const before = current;
      if (before?.way === run.way) {
        if (run.sound === undefined || run.sound === chosenSound) return;
        chosenSound = run.sound;
        return playback?.selectSound(run.sound);
      }
      const from = before ? media.currentTime : 0;
      if (before) media.autoplay = !media.paused;
      halt();
      current = run;
      chosenSound = run.sound;
      start(run, from).catch((error: unknown) => fail(run, error));
    },
    stop: () => {
      current = undefined;
      halt();
    },
  };
}
