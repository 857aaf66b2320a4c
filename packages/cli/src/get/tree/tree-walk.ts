/*
 * The entries of a tree, folder by folder, depth first. A folder is listed when the walk comes to it, so what is held is bounded by the folders on the way
 * down, and not by the size of the tree.
 */
import { ClientError, type ListEntry } from "@rangecast/client";
import { CliError } from "../../failure/cli-error.ts";
import type { TreeFolder } from "./tree-folder.ts";

/** Deepest folder: more than any that people make. The host could make one without an end. */
export const MAX_DEPTH = 128;
/** Entries that may be held, about 300 bytes each: 20 lists of the daemon's maximum. */
const MAX_HELD = 4_000_000;
/** Entries of a whole tree, more than a file system of usual size can hold. The host could go on for ever. */
const MAX_ENTRIES = 100_000_000;
/** Folders that are listed at once: each takes two round trips. */
const MAX_LISTING = 16;
/** As soon as so many entries are held, one folder is listed at a time. */
const ENOUGH_HELD = 100_000;

export interface WalkItem {
  readonly folder: TreeFolder;
  readonly entry: ListEntry;
  /** The name under which it is saved. */
  readonly local: Buffer;
}

interface Frame {
  readonly folder: TreeFolder;
  readonly items: readonly WalkItem[];
  next: number;
}

export class TreeWalk {
  readonly #frames: Frame[] = [];
  #held = 0;
  #entries = 0;
  /** Folders that were taken, and are not listed yet. */
  #listing = 0;
  /** Entries of the longest list. */
  #longest = 1;

  /**
   * Adds entries of a folder, which come next, and which it waits for.
   * @throws {ClientError} `unsupported` if the folder is too deep, or has too many entries; CliError `remote-failed` if the tree has
   */
  push(folder: TreeFolder, items: readonly WalkItem[]): void {
    if (folder.depth > MAX_DEPTH) throw new ClientError("unsupported", `it is deeper than ${MAX_DEPTH} folders`);
    if (this.#held + items.length > MAX_HELD)
      throw new ClientError("unsupported", `there are more than ${MAX_HELD} entries on the way to it`);
    this.#entries += items.length;
    if (this.#entries > MAX_ENTRIES)
      throw new CliError("remote-failed", `The folder has no end: the host listed over ${MAX_ENTRIES} entries.`);
    this.#held += items.length;
    this.#longest = Math.max(this.#longest, items.length);
    folder.expect(items.length);
    if (items.length > 0) this.#frames.push({ folder, items, next: 0 });
  }

  /** The next entry. For a folder, call {@link listed} when it is listed, or can't be. @returns undefined if there is none, or if it has to wait for a list */
  next(): WalkItem | undefined {
    const frame = this.#frames.at(-1);
    const item = frame?.items[frame.next];
    if (frame === undefined || item === undefined) return undefined;
    if (item.entry.kind === "folder") {
      const room = Math.floor((ENOUGH_HELD - this.#held) / this.#longest);
      if (this.#listing >= Math.max(1, Math.min(MAX_LISTING, room))) return undefined;
      this.#listing += 1;
    }
    frame.next += 1;
    this.#held -= 1;
    if (frame.next === frame.items.length) this.#frames.pop();
    return item;
  }

  /** The next entry, if it is in this folder, and is accepted. */
  nextIn(folder: TreeFolder, accepts: (entry: ListEntry) => boolean): WalkItem | undefined {
    const frame = this.#frames.at(-1);
    const item = frame?.folder === folder ? frame.items[frame.next] : undefined;
    return item !== undefined && accepts(item.entry) ? this.next() : undefined;
  }

  listed(): void {
    this.#listing -= 1;
  }
}
