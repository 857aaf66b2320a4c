/* What a film holds, by its own headers, and what this browser makes of it. */

export type TrackKind = "picture" | "sound";

/** A video or audio track, as the file's headers describe it. */
export interface Track {
  readonly kind: TrackKind;
  /** As in `codecs="…"` (RFC 6381); undefined where the headers name a codec that has none. */
  readonly codecString?: string | undefined;
  /** What the container calls the codec, such as `alac` or `A_TRUEHD`. */
  readonly containerId?: string | undefined;
}

/** A track, and whether this browser says that it can decode it. */
export interface JudgedTrack {
  readonly kind: TrackKind;
  /** The codec's name for people; undefined where it is not known. */
  readonly codec?: string | undefined;
  /** `unknown` where the browser's answer can't be relied on. */
  readonly decodable: "yes" | "no" | "unknown";
}

/** What was decoded so far of what plays. */
export type Decoded = "some" | "none" | "unknown";

export interface Decoding {
  readonly picture: Decoded;
  readonly sound: Decoded;
}
