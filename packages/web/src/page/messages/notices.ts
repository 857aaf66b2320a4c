/* What the page says about a file that can't be read, played or shown as the viewer expects. */
import type { MediaKind } from "@rangecast/http";
import type { MissingPart, MissingParts } from "../media/missing-parts.ts";
import type { TrackKind } from "../media/track.ts";
import { chooseWay } from "../media/ways/choose-way.ts";
import { isEmpty, type MediaFailure, type PageState, type ShownFile } from "../state/page-state.ts";
import { filmOf } from "../state/way-state.ts";

const SECRET_SENT =
  "The key of this link was sent to the server that this page comes from, because the # in the link was written as %23. " +
  "If you don't trust that server, ask the sender for a new link.";

const COUNTED = "The sender limits how often this can be downloaded. Playing or showing all of it counts as a download.";

const EMPTY: Readonly<Record<MediaKind, string>> = {
  video: "so there is nothing to play",
  audio: "so there is nothing to play",
  image: "so there is nothing to show",
  pdf: "so there is nothing to show",
  other: "so a download of it is empty too",
};

/** What still plays without that part. "At most", as Firefox plays nothing of some films whose picture it can't decode. */
const PLAYS_WITHOUT: Readonly<Record<TrackKind, string>> = {
  picture: "so at most the sound plays",
  sound: "so at most the picture plays, without sound",
};
const USE_A_PLAYER = "Download the file and open it in a player such as VLC or mpv. Another browser may be able to play all of it.";

/** Empty if there is nothing to say. */
export function noticeOf(state: PageState, missing: MissingParts): string {
  return joined([
    ...fileNotices(state, missing),
    state.counted && state.file !== undefined ? COUNTED : "",
    state.secretSent ? SECRET_SENT : "",
  ]);
}

function fileNotices(state: PageState, missing: MissingParts): readonly string[] {
  const { unreadable, fileChanged, file, media, host } = state;
  if (unreadable) return ["The sender's computer couldn't read the file. It may have been moved, or its disk disconnected."];
  if (file !== undefined && isEmpty(file)) return [`This file is empty: it has 0 bytes, ${EMPTY[file.kind]}.`];
  const changed = fileChanged ? "The file changed on the sender's computer. This is the new version." : "";
  const undecodable =
    media.phase === "failed" ? "" : joined([undecodableNotice(missing), missing.parts.length > 0 ? (host?.why ?? "") : ""]);
  if (changed !== "" || undecodable !== "") return [changed, undecodable];
  const unplayable = file !== undefined && file.kind !== "other" && !missing.all && chooseWay(filmOf(state, file)) === undefined;
  return [unplayable ? "Your browser probably can't show this format. You can still download the file." : ""];
}

function undecodableNotice({ parts, all, noPictureSeen }: MissingParts): string {
  if (noPictureSeen) return `No picture has appeared so far: the film has none, or this browser can't decode it. ${USE_A_PLAYER}`;
  const [part] = parts;
  if (part === undefined || all) return "";
  return `This browser can't decode the ${named(part)}, ${PLAYS_WITHOUT[part.kind]}. ${USE_A_PLAYER}`;
}

/** Shown in place of the player. No `reason`: it was not opened yet, and none of its parts can be played. */
export function mediaProblem(file: ShownFile, missing: MissingParts, reason?: MediaFailure): { title: string; text: string } {
  if (reason === "network") {
    return { title: "Loading stopped", text: "The rest of the file didn't arrive. Try again once the connection is back." };
  }
  if (missing.all) {
    const codecs = missing.parts.flatMap((part) => part.codecs);
    return {
      title: `This browser can't play this file${codecs.length > 0 ? ` (${codecs.join(", ")})` : ""}`,
      text: `It can't decode its ${missing.parts.map(named).join(" and its ")}. ${USE_A_PLAYER}`,
    };
  }
  const plays = file.kind === "video" || file.kind === "audio";
  return {
    title: `This browser can't ${plays ? "play" : "show"} this file`,
    text: plays
      ? "It doesn't support the file's format or a codec in it. Download the file and open it in a player such as VLC or mpv."
      : "It doesn't support the file's format, or the file is damaged. Download it and open it in another program.",
  };
}

function named({ kind, codecs }: MissingPart): string {
  return codecs.length > 0 ? `${kind} (${codecs.join(", ")})` : kind;
}

function joined(texts: readonly string[]): string {
  return texts.filter((text) => text !== "").join(" ");
}
