/* What the page's download button saves while a folder is shown. Pure. */
import { zipPath, zipSelectionPath } from "@rangecast/client";
import { encodePath, pathBytes } from "../../shared/resource-url.ts";
import type { FolderDownload } from "../state/page-state.ts";
import type { FolderState } from "./folder-state.ts";
import { encodedName } from "./list/listing.ts";
import { childPath } from "./tree-path.ts";

/** Why a selection can't be downloaded: the path of its zip would be longer than a path may be. */
export const TOO_MANY_SELECTED = "These are too many names for one zip. Select fewer of them, or download the whole folder.";

/** The folder as a zip, or what is selected in it: as a zip, and one file as it is. Undefined: the folder isn't known, or too much is selected. */
export function folderDownload({ folder, selection: { names } }: FolderState): FolderDownload | undefined {
  if (folder === undefined) return undefined;
  const { path, listing } = folder;
  const bytes = pathBytes(path) ?? new Uint8Array();
  if (names.size === 0 || names.size === listing.entries.length) return { path: encodePath(zipPath(bytes)), label: "Download as zip" };
  const [first = ""] = names;
  const isFile = listing.entries.some((entry) => entry.kind !== "folder" && encodedName(entry) === first);
  if (names.size === 1 && isFile) return { path: childPath(path, first), label: "Download the selected file" };
  const zip = zipSelectionPath(
    bytes,
    [...names].map((name) => pathBytes(name) ?? new Uint8Array()),
  );
  return zip && { path: encodePath(zip), label: `Download ${names.size} as zip` };
}
