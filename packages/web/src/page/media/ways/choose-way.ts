/* Which way plays the most of a film; of those that play the same, the cheapest. */
import type { MediaKind } from "@rangecast/http";
import { type MissingParts, missingParts } from "../missing-parts.ts";
import type { Decoding, JudgedTrack, TrackKind } from "../track.ts";
import { WAYS, type WayKind } from "./way.ts";

/** What the host offers besides the film's own bytes. */
export interface HostOffer {
  /** Kinds of tracks that it converts into what every browser decodes. Empty: none. */
  readonly converts: readonly TrackKind[];
  /** Why it converts nothing, and what to do about it, as a sentence for the viewer. */
  readonly why?: string;
}

/** What is known of a film and of this browser. */
export interface PlayableFilm {
  readonly kind: MediaKind;
  /** Whether the browser reports that it plays the container. */
  readonly playable: "likely" | "no";
  /** As it is, the browser would show wrong frames after a seek. @default false */
  readonly imprecise?: boolean;
  /** It can be repackaged in this browser. */
  readonly remuxable: boolean;
  /** Undefined until its headers were read, or if they can't be read. */
  readonly tracks?: readonly JudgedTrack[] | undefined;
  /** Undefined until the host has told, and if it can't. */
  readonly host?: HostOffer | undefined;
}

export interface Choice {
  readonly way: WayKind;
  /** What this browser can't decode of the film in this way. */
  readonly missing: MissingParts;
}

/** What is being played, and what was decoded of it. */
export interface Current {
  readonly way: WayKind;
  readonly decoding?: Decoding | undefined;
}

/** @param failed ways that were tried, and are not chosen again @returns undefined if no way plays anything */
export function chooseWay(film: PlayableFilm, failed: readonly WayKind[] = [], current?: Current): Choice | undefined {
  const choices = WAYS.filter((way) => !failed.includes(way) && isPossible(way, film))
    .map((way) => ({ way, missing: missingIn(film, way, current) }))
    .filter(({ missing }) => !missing.all);
  const costOf = ({ way, missing }: Choice): number => lossOf(missing) + (way === "as-is" && film.imprecise ? IMPRECISE_LOSS : 0);
  const [first, ...others] = choices;
  return first && others.reduce((best, other) => (costOf(other) < costOf(best) ? other : best), first);
}

/** What this browser can't decode of a film that is played in a way. */
export function missingIn({ kind, tracks, host }: PlayableFilm, way: WayKind, current?: Current): MissingParts {
  const converted = way === "host" ? (host?.converts ?? []) : [];
  const judged = tracks?.map((track) => (converted.includes(track.kind) ? { ...track, decodable: "yes" as const } : track));
  // What the browser doesn't decode of the file as it is, it doesn't decode in another container either.
  const isKnown = (way === "host") === (current?.way === "host");
  return missingParts({ kind, tracks: judged, decoding: isKnown ? current?.decoding : undefined });
}

function isPossible(way: WayKind, { kind, playable, remuxable, host }: PlayableFilm): boolean {
  if (way === "as-is") return playable === "likely";
  if (way === "remux") return kind === "video" && remuxable;
  return host !== undefined && host.converts.length > 0;
}

/** A film without its picture has lost more than one without its sound. */
const LOSSES: Readonly<Record<TrackKind, number>> = { sound: 1, picture: 2 };
const IMPRECISE_LOSS = 0.5;

/** How much of the film is lost. 0: nothing that is known. */
export function lossOf({ parts }: MissingParts): number {
  return parts.reduce((sum, { kind }) => sum + LOSSES[kind], 0);
}
