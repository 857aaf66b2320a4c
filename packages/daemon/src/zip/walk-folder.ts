import { joinPath } from "../folder/place.ts";
import { ResourceError } from "../resources/resource.ts";
import { NO_PARENT, type ZipLayout } from "./layout/layout.ts";
import type { FoundEntry, LayoutBuilder } from "./layout/layout-builder.ts";
import type { ReadableFile } from "./zipped-file.ts";

/** A tree of folders and files. Paths are bytes, as in OPEN. */
export interface WalkedTree {
  /**
   * The entries of a folder, in any order.
   * @param only names of entries, each once: others need not be looked at
   * @throws {ResourceError}
   */
  readFolder(path: Buffer, signal?: AbortSignal, only?: readonly Buffer[]): Promise<{ readonly entries: readonly FoundEntry[] }>;
  /** @throws {ResourceError}, and what else opening a file throws */
  openHandle(path: Buffer): Promise<{ readonly handle: ReadableFile }>;
}

export interface WalkOptions {
  /** The path of the folder; empty for the root. */
  readonly folder: Buffer;
  /** Names of entries of the folder. @default all */
  readonly selection?: readonly Buffer[];
  readonly signal: AbortSignal;
  readonly builder: LayoutBuilder;
}

/** A folder whose entries are being added. */
interface Level {
  readonly path: Buffer;
  readonly entries: readonly FoundEntry[];
  readonly add: (index: number) => number;
  next: number;
}

/**
 * Lays out a folder and all that is in it, by reading folders only. Entries are in the order of the bytes of their names, each folder before what is in it, so that
 * the same tree always gives the same archive.
 * @throws {ResourceError} `not-found` if the folder or a selected name is not there, `unreadable` if a folder in it can't be read: an archive has all of a folder;
 * {@link ZipError} `too-large`; the signal's reason
 */
export async function walkFolder(tree: WalkedTree, { folder, selection, signal, builder }: WalkOptions): Promise<ZipLayout> {
  const names = selection === undefined ? undefined : unique(selection);
  const { entries } = await tree.readFolder(folder, signal, names);
  const levels: Level[] = [levelOf(folder, names === undefined ? entries : selected(entries, names), NO_PARENT)];
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    signal.throwIfAborted();
    const index = level.next;
    const entry = level.entries[index];
    if (entry === undefined) {
      levels.pop();
      continue;
    }
    level.next += 1;
    const added = level.add(index);
    if (entry.kind === "file") continue;
    const path = joinPath(level.path, entry.name);
    levels.push(levelOf(path, await entriesOf(path), added));
  }
  return builder.finish();

  function levelOf(path: Buffer, found: readonly FoundEntry[], parent: number): Level {
    const sorted = [...found].sort((one, other) => one.name.compare(other.name));
    return { path, entries: sorted, add: builder.folder(parent, sorted), next: 0 };
  }

  async function entriesOf(path: Buffer): Promise<readonly FoundEntry[]> {
    try {
      return (await tree.readFolder(path, signal)).entries;
    } catch (error) {
      if (!(error instanceof ResourceError)) throw error;
      throw new ResourceError("unreadable", `the folder ${path.toString()} can't be read: ${error.message}`, { cause: error });
    }
  }
}

/** @throws {ResourceError} `not-found` if one is missing: an archive with less than was selected would go unnoticed */
function selected(entries: readonly FoundEntry[], names: readonly Buffer[]): FoundEntry[] {
  const wanted = new Set(names.map((name) => name.toString("latin1")));
  const found = entries.filter(({ name }) => wanted.has(name.toString("latin1")));
  if (found.length < names.length) throw new ResourceError("not-found", "something that was selected is not there");
  return found;
}

function unique(names: readonly Buffer[]): Buffer[] {
  return [...new Map(names.map((name) => [name.toString("latin1"), name])).values()];
}
