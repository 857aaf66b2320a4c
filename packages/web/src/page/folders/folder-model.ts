/* From the state of a shared folder to what the page shows of it. Pure. */
import { displayName } from "@rangecast/http";
import type { QuestionFailure } from "../../shared/messages/folder-messages.ts";
import { formatBytes } from "../view/format.ts";
import type { FolderState } from "./folder-state.ts";
import { encodedName } from "./list/listing.ts";
import { folderDownload, TOO_MANY_SELECTED } from "./selected-download.ts";
import { lastName, parentPath, pathsTo, ROOT_PATH, textOf } from "./tree-path.ts";

export interface Crumb {
  readonly name: string;
  readonly path: string;
}

/** The folders above the place that is shown, the share's first. @param share the share's name, ready to be displayed */
export function crumbs(share: string, path: string): readonly Crumb[] {
  if (path === ROOT_PATH) return [];
  const above = pathsTo(parentPath(path)).map((each) => ({ name: displayName(textOf(lastName(each))), path: each }));
  return [{ name: share, path: ROOT_PATH }, ...above];
}

/** The name of a folder. */
export function folderName(share: string, path: string): string {
  return path === ROOT_PATH ? share : displayName(textOf(lastName(path)));
}

/** Such as `14 files · 1.2 GB` or `2 folders, 14 files`. */
export function folderFacts({ folder }: FolderState): string {
  if (!folder) return "";
  const { entries, skipped } = folder.listing;
  const folders = entries.filter(({ kind }) => kind === "folder").length;
  const files = entries.length - folders;
  const size = entries.reduce((sum, entry) => sum + entry.size, 0);
  const counts = [...(folders > 0 ? [counted(folders, "folder")] : []), ...(files > 0 || folders === 0 ? [counted(files, "file")] : [])];
  return [
    counts.join(", "),
    // The folders below are not read, so their sizes are not known.
    ...(files > 0 && folders === 0 ? [formatBytes(size)] : []),
    ...(skipped > 0 ? [`${counted(skipped, "item")} not shared`] : []),
  ].join(" · ");
}

/** What a screen reader is told about the rows. */
export function rowsText({ rows, folder, filter }: FolderState): string {
  const all = folder?.listing.entries.length ?? 0;
  return filter.trim() === "" ? "" : `${number(rows.length)} of ${counted(all, "item")}`;
}

export interface ShownSelection {
  /** Such as `3 selected · 45 MB`. */
  readonly text: string;
  /** Why it can't be downloaded. */
  readonly note?: string;
  /** All that is listed is selected. */
  readonly all: boolean;
}

/** How much is selected. @param zip whether the host makes zips */
export function selectionText(state: FolderState, zip: boolean): ShownSelection | undefined {
  const { names } = state.selection;
  if (names.size === 0) return undefined;
  const entries = (state.folder?.listing.entries ?? []).filter((entry) => names.has(encodedName(entry)));
  // The folders below are not read, so their sizes are not known.
  const size = entries.some(({ kind }) => kind === "folder") ? [] : [formatBytes(entries.reduce((sum, entry) => sum + entry.size, 0))];
  return {
    text: [`${number(names.size)} selected`, ...size].join(" · "),
    ...(zip && !folderDownload(state) ? { note: TOO_MANY_SELECTED } : {}),
    all: state.rows.every((entry) => names.has(encodedName(entry))),
  };
}

/** In place of an empty list, and of one that could not be read. */
export interface ListMessage {
  readonly title: string;
  readonly text: string;
  /** The button below it. */
  readonly action?: "retry" | "root" | "clear";
}

export function listMessage({ phase, failure, rows, folder, path, filter }: FolderState): ListMessage | undefined {
  if (phase === "failed")
    return { ...FAILURES[failure ?? "failed"], ...(failure === "not-found" && path !== ROOT_PATH ? { action: "root" as const } : {}) };
  if (phase !== "folder" || rows.length > 0) return undefined;
  if ((folder?.listing.entries.length ?? 0) === 0) return { title: "This folder is empty", text: "Nothing has been put into it yet." };
  return { title: "No match", text: `Nothing in this folder has “${filter.trim()}” in its name.`, action: "clear" };
}

const FAILURES: Readonly<Record<QuestionFailure, ListMessage>> = {
  "not-found": {
    title: "There is nothing at this address",
    text: "It may have been moved, renamed or deleted on the sender's computer.",
    action: "retry",
  },
  unreadable: { title: "This can't be read now", text: "The sender's computer couldn't read it from its disk.", action: "retry" },
  damaged: {
    title: "This can't be shown",
    text: "The sender's program answered in a way that this page doesn't understand. Both may need an update.",
    action: "retry",
  },
  failed: { title: "This could not be loaded", text: "The connection to the sender ended before it arrived.", action: "retry" },
};

function counted(count: number, what: string): string {
  return `${number(count)} ${what}${count === 1 ? "" : "s"}`;
}

function number(value: number): string {
  return new Intl.NumberFormat("en").format(value);
}
