/* What the page says of a film of which this browser can't decode a part. */
import type { MissingPart, MissingParts } from "../media/missing-parts.ts";
import type { TrackKind } from "../media/track.ts";

/** What is left when that part is missing. Firefox plays nothing at all of some films that have a picture which it can't decode. */
const LEFT: Readonly<Record<TrackKind, string>> = {
  picture: "it plays the sound at most",
  sound: "it plays the picture at most, without sound",
};
const WHAT_TO_DO = "Download the file and open it in a player such as VLC or mpv. Another browser may play all of it, too.";

/** Empty where nothing is missing. */
export function missingNotice({ parts, all, noPictureSeen }: MissingParts): string {
  if (noPictureSeen) return `No picture came so far: the film has none, or this browser can't decode it. ${WHAT_TO_DO}`;
  const [part] = parts;
  if (part === undefined || all) return "";
  return `This browser can't decode the ${named(part)}: ${LEFT[part.kind]}. ${WHAT_TO_DO}`;
}

/** For a file of which nothing can be played. */
export function unplayableWords(parts: readonly MissingPart[]): { title: string; text: string } {
  const codecs = parts.flatMap((part) => part.codecs);
  return {
    title: `This browser can't play this file${codecs.length > 0 ? ` (${codecs.join(", ")})` : ""}`,
    text: `It can't decode its ${parts.map(named).join(" and its ")}. ${WHAT_TO_DO}`,
  };
}

function named({ kind, codecs }: MissingPart): string {
  return codecs.length > 0 ? `${kind} (${codecs.join(", ")})` : kind;
}
