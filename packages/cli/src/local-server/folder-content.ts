import { isEntryName, percentEncode } from "@rangecast/base";
import { type LocalContent, type LocalEntry, LocalError, type LocalFile, type ShownEntry } from "./local-content.ts";
import { PLAYLIST_QUERY } from "./page/playlist.ts";

/** What is in a folder. Names are bytes. */
export interface LocalList {
  readonly entries: readonly { readonly name: Uint8Array; readonly kind: "file" | "folder"; readonly size: number }[];
  /** Entries that are left out. */
  readonly skipped: number;
}

/** A folder, on this computer's disk or at the host of a link. Paths are names joined by `/`. */
export interface FolderSource {
  readonly name: string;
  /** @param path empty for the folder itself @throws {LocalError} */
  list(path: Buffer, signal: AbortSignal): Promise<LocalList>;
  /** @throws {LocalError} */
  open(path: Buffer, signal: AbortSignal): Promise<LocalFile>;
}

/** Numbers by their value, as in "part 2" and "part 10"; upper and lower case make no difference. */
const { compare } = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/**
 * The content of a shared folder: its files under their paths, and a page for each folder.
 * @param main what the address leads to, within the folder; empty for the folder itself
 */
export function folderContent(source: FolderSource, main: { readonly path: Buffer; readonly kind: "file" | "folder" }): LocalContent {
  const names = main.path.byteLength === 0 ? [] : split(main.path);
  const path = names.map(percentEncode).join("/") + (main.kind === "folder" && names.length > 0 ? "/" : "");
  return {
    path,
    ...(main.kind === "folder" ? { playerPath: `${path}${PLAYLIST_QUERY}` } : {}),
    find: (wanted, signal) => find(source, wanted, signal),
  };
}

async function find(source: FolderSource, names: readonly Buffer[], signal: AbortSignal): Promise<LocalEntry> {
  if (!names.every(isEntryName)) throw new LocalError("not-found", "no file can have this path");
  const path = Buffer.concat(names.flatMap((name, index) => (index === 0 ? [name] : [Buffer.from("/"), name])));
  if (names.length > 0) {
    try {
      return { kind: "file", file: await source.open(path, signal) };
    } catch (error) {
      // It may be a folder.
      if (!(error instanceof LocalError) || error.reason !== "not-found") throw error;
    }
  }
  const { entries, skipped } = await source.list(path, signal);
  const shown = entries.map(shownEntry).toSorted(byKindAndName);
  return { kind: "folder", shown: { name: names.at(-1)?.toString() ?? source.name, isTop: names.length === 0, entries: shown, skipped } };
}

function shownEntry({ name, kind, size }: LocalList["entries"][number]): ShownEntry {
  return { name: Buffer.from(name).toString(), href: `${percentEncode(name)}${kind === "folder" ? "/" : ""}`, kind, size };
}

/** Folders first. */
function byKindAndName(one: ShownEntry, other: ShownEntry): number {
  return one.kind === other.kind ? compare(one.name, other.name) : one.kind === "folder" ? -1 : 1;
}

function split(path: Buffer): Buffer[] {
  return path
    .toString("latin1")
    .split("/")
    .map((name) => Buffer.from(name, "latin1"));
}
