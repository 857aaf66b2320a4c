/* Which part of a film this browser doesn't decode: judged by the file's headers before it plays, and by what was decoded afterwards. */
import type { MediaKind } from "@rangecast/http";
import type { Decoding, JudgedTrack, TrackKind } from "./track.ts";

export interface Film {
  readonly kind: MediaKind;
  /** Undefined until its headers were read, or if they can't be read. */
  readonly tracks?: readonly JudgedTrack[] | undefined;
  /** Undefined until enough has played. */
  readonly decoding?: Decoding | undefined;
}

export interface MissingPart {
  readonly kind: TrackKind;
  /** Names of the codecs that are known. */
  readonly codecs: readonly string[];
}

export interface MissingParts {
  /** Parts of the file that can't be decoded. */
  readonly parts: readonly MissingPart[];
  /** No part can be played. */
  readonly all: boolean;
  /** No picture was decoded, and it is unknown whether the file has one. */
  readonly noPictureSeen: boolean;
}

/** The picture in a sound file is its cover, which isn't counted. */
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

/** What was decoded overrides what the browser reports about a codec. Of several tracks, the browser plays one that it can decode. */
function isMissing(tracks: readonly JudgedTrack[], decoded: Decoding[TrackKind] | undefined): boolean {
  if (decoded === "some" || decoded === "none") return decoded === "none";
  return tracks.every(({ decodable }) => decodable === "no");
}

/** Codec names of the tracks. Tracks that the browser reports it can decode are left out, unless there are no others. */
function namesOf(tracks: readonly JudgedTrack[]): string[] {
  const likely = tracks.filter(({ decodable }) => decodable !== "yes");
  return [...new Set((likely.length > 0 ? likely : tracks).flatMap(({ codec }) => (codec === undefined ? [] : [codec])))];
}
