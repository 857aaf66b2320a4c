/* One line about how the film is played, or would be, and why in this way. */
import { extensionOf } from "@rangecast/http";
import type { TrackKind } from "../media/track.ts";
import type { WayKind } from "../media/ways/way.ts";
import type { PageState, ShownFile } from "../state/page-state.ts";

/** Empty if there is nothing to say: no film, or nothing is known of it. */
export function wayLine(state: PageState, way: WayKind | undefined): string {
  const { file, media } = state;
  if (!file || way === undefined || media.phase === "failed" || (file.kind !== "video" && file.kind !== "audio")) return "";
  if (way === "as-is") return asIsLine(state);
  return way === "remux" ? `Repackaged in this browser${remuxReason(state, file)}.` : hostLine(state, file);
}

function asIsLine({ tracks = [] }: PageState): string {
  const codecs = namesOf(tracks.filter(({ decodable }) => decodable !== "no"));
  return codecs === "" ? "" : `Plays as it is (${codecs}).`;
}

function remuxReason({ playing }: PageState, file: ShownFile): string {
  if (file.playable === "no") return `, which doesn't open ${formatOf(file)} files itself`;
  if (file.imprecise) return `, which finds wrong frames in ${formatOf(file)} files itself`;
  return playing.failed.includes("as-is") ? ", which can't play the file as it is" : ", so that you can choose its sound";
}

function hostLine({ tracks = [], host }: PageState, file: ShownFile): string {
  const wanted = (kind: TrackKind): boolean =>
    host?.converts.includes(kind) === true && tracks.some((track) => track.kind === kind && track.decodable === "no");
  const parts = (["picture", "sound"] as const).filter(wanted).map((kind) => {
    const codecs = namesOf(tracks.filter((track) => track.kind === kind && track.decodable === "no"));
    return codecs === "" ? kind : `${kind} (${codecs})`;
  });
  if (parts.length === 0) return `The sender's computer converts the film, because this browser can't play ${formatOf(file)} files.`;
  return `The sender's computer converts the ${parts.join(" and the ")}, because this browser can't decode ${parts.length === 1 ? "it" : "them"}.`;
}

function namesOf(tracks: NonNullable<PageState["tracks"]>): string {
  return [...new Set(tracks.flatMap(({ codec }) => (codec === undefined ? [] : [codec])))].join(", ");
}

function formatOf({ name, contentType }: ShownFile): string {
  return (extensionOf(name) || (contentType.split("/")[1] ?? "")).toUpperCase();
}
