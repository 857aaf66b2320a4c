/* The tracks of a film, and what this browser decodes of them. */

export type TrackKind = "picture" | "sound";

/** A video or audio track, as the file's headers describe it. */
export interface Track {
  readonly kind: TrackKind;
  /** As in `codecs="…"` (RFC 6381). Undefined for codecs that have none. */
  readonly codecString?: string | undefined;
  /** The codec's name in the container, such as `alac` or `A_TRUEHD`. */
  readonly containerId?: string | undefined;
  /** As the container has it. Undefined: it doesn't tell. */
  readonly name?: string | undefined;
  /** Such as `eng`. Undefined: unknown. */
  readonly language?: string | undefined;
}

/** A track, and whether this browser reports that it can decode it. */
export interface JudgedTrack {
  readonly kind: TrackKind;
  /** The codec's name for display. Undefined if it is not known. */
  readonly codec?: string | undefined;
  /** `unknown` if the browser's answer is unreliable. */
  readonly decodable: "yes" | "no" | "unknown";
  readonly name?: string | undefined;
  readonly language?: string | undefined;
}

/** What a media element has decoded so far. */
export type Decoded = "some" | "none" | "unknown";

export interface Decoding {
  readonly picture: Decoded;
  readonly sound: Decoded;
}
