/* The thumbnails of the entries that the page shows. */
import { formatPathUrl, SESSION_FILE_ID } from "../../../shared/resource-url.ts";
import type { PageState } from "../../state/page-state.ts";
import { type Entry, entryPath } from "../list/listing.ts";
import { createThumbnails } from "./thumbnails.ts";
import { wholePicture } from "./whole-picture.ts";

export type ThumbnailOf = (
  entry: Entry,
  folder: string,
  signal: AbortSignal,
) => HTMLCanvasElement | Promise<HTMLCanvasElement | undefined> | undefined;

/** @param page the page's state now */
export function folderThumbnails(page: () => Pick<PageState, "worker" | "folder" | "counted"> | undefined): ThumbnailOf {
  const thumbnails = createThumbnails<HTMLCanvasElement>({
    embedded: async (url, signal) => (await import("./embedded-thumbnail.ts")).embeddedThumbnail(url, signal),
    whole: wholePicture,
  });
  return (entry, folder, signal) => {
    const { worker, folder: shown, counted } = page() ?? {};
    // A thumbnail may need the whole picture, which would be a download.
    if (counted) return undefined;
    if (entry.kind !== "image" || worker?.phase !== "ready" || !shown) return undefined;
    const { clientId, share, base } = worker;
    const path = entryPath(folder, entry);
    const url = formatPathUrl({ clientId, share, resource: SESSION_FILE_ID, version: shown.version }, path, { base });
    return thumbnails.of({ url, name: entry.name, size: entry.size, key: JSON.stringify([path, entry.size, entry.modifiedMs]) }, signal);
  };
}
