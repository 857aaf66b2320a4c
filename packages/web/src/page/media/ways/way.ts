/* A way of playing a film: as it is, repackaged in the browser, or converted by the host. Each is a script of its own, loaded when it is first needed. */

/** The ways, the cheapest first. `host`: the host converts what this browser can't decode, and serves it as HLS. */
export const WAYS = ["as-is", "remux", "host"] as const;

export type WayKind = (typeof WAYS)[number];

/** Why a way can't go on: the browser can't decode what it gets (format), or the bytes didn't arrive (network). */
export type WayFailure = "format" | "network";

/** An expected failure of a way. Any other error that a way throws counts as `format`. */
export class WayError extends Error {
  override readonly name = "WayError";
  readonly reason: WayFailure;

  constructor(reason: WayFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

export interface WayOptions {
  /** The film's URL in this browser. Those of what the host makes of it are beside it: see `made`. */
  readonly url: string;
  /** URL of a resource that the host makes of the film, such as `media` (PROTOCOL.md, X-14). */
  readonly made: (name: string) => string;
  /** Bytes. */
  readonly size: number;
  /** Where playing begins, seconds. */
  readonly from: number;
  /** Number of the sound that the viewer chose. @default the first that can be played */
  readonly sound?: number;
  /** Ends playing: the way lets go of the element, and cancels its requests. */
  readonly signal: AbortSignal;
  /** Called once if the way fails after `start` has resolved. Errors of the element are reported by its owner. */
  readonly onFailed: (error: unknown) => void;
}

/** A sound track that the viewer can choose. */
export interface Sound {
  /** Its number among the film's sound tracks, from 0 on. */
  readonly track: number;
  /** Ready to be displayed as text. Empty: the container doesn't tell. */
  readonly name: string;
  /** As in BCP 47 or ISO 639-2, such as `en` or `eng`. Empty: unknown. */
  readonly language: string;
}

/** A film that a way plays. */
export interface Playback {
  /** The sound tracks that can be played in this way. Empty: the way can't tell. */
  readonly sounds: readonly Sound[];
  /** Plays another one of {@link sounds}, by its number. */
  readonly selectSound: (track: number) => void;
  /** Rows for the panel of statistics, such as `["Video", "H.264, 1280 × 720"]`. */
  readonly facts?: () => readonly (readonly [label: string, value: string])[];
}

export interface Way {
  /**
   * Gives the element a source. The element has `autoplay`, unless the viewer paused the film.
   * @throws {WayError} if the film can't be played in this way
   */
  start(media: HTMLMediaElement, options: WayOptions): Promise<Playback>;
}
