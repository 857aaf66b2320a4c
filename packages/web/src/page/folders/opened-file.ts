import type { FileFacts } from "@rangecast/http";
import { shownFile } from "../shown-file.ts";
import type { ShownFile } from "../state/page-state.ts";
import { isText } from "./list/entry-kind.ts";
import type { Entry } from "./list/listing.ts";

/** What the page shows of a folder's file. A text, and an SVG is one, is shown by view/text-view.ts, and a picture by pictures/; not by the stage. */
export function openedFile(version: string, path: string, entry: Entry, facts: FileFacts): ShownFile {
  const text = isText(entry.kind, facts.mediaType);
  const place = { path, etag: facts.etag, text };
  const file = shownFile(version, facts, place);
  if (text) return { ...file, kind: "other", playable: "no" };
  return file.kind === "image" ? { ...file, place: { ...place, picture: true } } : file;
}
