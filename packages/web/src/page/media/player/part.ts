/* What belongs to a player besides its media element: controls below it, keys, subtitles over it. Each is a part, attached once to each element. */
import type { LinkStats } from "../../../shared/messages/folder-messages.ts";
import type { FilmStage } from "../../view/view-model.ts";
import type { Playback } from "../ways/way.ts";

/** What names a version of a film. */
export interface FilmName {
  /** The share's id. */
  readonly share: string;
  /** Percent-encoded. Empty for a share of one file. */
  readonly path: string;
  readonly etag: string | undefined;
  /** Bytes. */
  readonly size: number;
}

export interface PlayerHandlers {
  /** The viewer chose a sound track, by its number. */
  readonly onSound: (track: number) => void;
  /** The viewer wants the film before or after this one. Nothing happens if there is none. */
  readonly onSibling: (which: "previous" | "next") => void;
  /** The state of the connection now. Undefined: there is none. */
  readonly readLink: (signal: AbortSignal) => Promise<LinkStats | undefined>;
}

export interface PlayerContext extends PlayerHandlers {
  readonly media: HTMLMediaElement;
  /** The box around the element. It is what is shown in full screen, so what lies over the picture goes here. */
  readonly frame: HTMLElement;
  /** The row below the box. Controls go here. */
  readonly bar: HTMLElement;
  readonly film: FilmName;
  /** What plays now. Undefined while nothing does. */
  readonly playback: () => Playback | undefined;
  /** Aborted when the element is removed: a part stops its timers, requests and listeners. */
  readonly signal: AbortSignal;
}

/** Attaches itself. @returns what to call whenever something of the film has changed, if it needs that */
export type PlayerPart = (context: PlayerContext) => ((stage: FilmStage) => void) | undefined;
