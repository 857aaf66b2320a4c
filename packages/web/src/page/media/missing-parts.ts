/* Which part of a film this browser doesn't decode: from the file's headers before it plays, from what was decoded once it does. */
import type { MediaKind } from "../../shared/content-type.ts";
import type { Decoding, JudgedTrack, TrackKind } from "./track.ts";

export interface Film {
  readonly kind: MediaKind;
  /** Undefined until its headers were read, and where they can't be. */
  readonly tracks?: readonly JudgedTrack[] | undefined;
  /** Undefined until enough has played. */
  readonly decoding?: Decoding | undefined;
}

export interface MissingPart {
  readonly kind: TrackKind;
  /** Names of the codecs, as far as they are known. */
  readonly codecs: readonly string[];
}

export interface MissingParts {
  /** What can't be decoded, of what the file has. */
  readonly parts: readonly MissingPart[];
  /** Nothing is left to be played. */
  readonly all: boolean;
  /** No picture came, and nobody knows whether the file has one. */
  readonly noPictureSeen: boolean;
}

/** A sound file's picture is its cover, which is not what it is opened for. */
const PARTS: Readonly<Record<MediaKind, readonly TrackKind[]>> = {
  video: ["picture", "sound"],
  audio: ["sound"],
  image: [],
  pdf: [],
  other: [],
};

export function missingParts({ kind, tracks, decoding }: Film): MissingParts {
  const parts = PARTS[kind].flatMap((part) => {
    const own = tracks?.filter((track) => track.kind === part) ?? [];
    return own.length > 0 && isMissing(own, decoding?.[part]) ? [{ kind: part, codecs: namesOf(own) }] : [];
  });
  const present = PARTS[kind].filter((part) => tracks?.some((track) => track.kind === part));
  return {
    parts,
    all: parts.length > 0 && parts.length === present.length,
    noPictureSeen: kind === "video" && tracks === undefined && decoding?.picture === "none",
  };
}

/** What was decoded is evidence; what the browser says of a codec counts until there is some. Of several tracks it plays one that it can. */
function isMissing(tracks: readonly JudgedTrack[], decoded: Decoding[TrackKind] | undefined): boolean {
  if (decoded === "some" || decoded === "none") return decoded === "none";
  return tracks.every(({ decodable }) => decodable === "no");
}

/** Of what is missing; a track that the browser says it decodes is named only where there is no other. */
function namesOf(tracks: readonly JudgedTrack[]): string[] {
  const likely = tracks.filter(({ decodable }) => decodable !== "yes");
  return [...new Set((likely.length > 0 ? likely : tracks).flatMap(({ codec }) => (codec === undefined ? [] : [codec])))];
}
