/** Downloads small files of a folder in an archive that the host makes of them. */
import { ClientError, type ListEntry } from "@rangecast/client";
import { lookAt } from "../place/existing-file.ts";
import { joinLocal } from "../place/local-folder.ts";
import type { FileFetcher } from "../tree/file-fetcher.ts";
import { failureOfOne } from "../tree/tree-failure.ts";
import type { WalkItem } from "../tree/tree-walk.ts";
import { Together } from "./choose-together.ts";
import { ArchiveError } from "./zip-entries.ts";

/** Fewer files are not worth an archive. */
const LEAST_TOGETHER = 3;

export interface FetchTogetherOptions {
  /** undefined: a dry run. */
  readonly fetcher: FileFetcher | undefined;
  readonly overwrite: boolean;
  readonly signal: AbortSignal;
}

/**
 * @param items files of one folder
 * @returns the content of those that are missing; undefined if there are few, or the archive can't be had: then each is downloaded by itself, which also tells what
 * is wrong
 * @throws the signal's reason; bugs of ours
 */
export async function fetchTogether(
  items: readonly WalkItem[],
  { fetcher, overwrite, signal }: FetchTogetherOptions,
): Promise<ReadonlyMap<WalkItem, Uint8Array> | undefined> {
  if (fetcher === undefined || items.length < LEAST_TOGETHER) return undefined;
  try {
    const missing = await missingOf(items, overwrite);
    const [first] = missing;
    if (first === undefined || missing.length < LEAST_TOGETHER) return undefined;
    const inOrder = missing.toSorted((one, other) => Buffer.compare(one.entry.name, other.entry.name));
    const together = new Together(first.folder.path);
    const archive = inOrder.every(({ entry }) => together.add(entry)) ? together.path() : undefined;
    if (archive === undefined) return undefined;
    const files: ListEntry[] = inOrder.map(({ entry }) => entry);
    const contents = await fetcher.fetchTogether(archive, files, signal);
    return new Map(contents.map((content, index) => [inOrder[index] ?? first, content]));
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ClientError || error instanceof ArchiveError || failureOfOne(error) !== undefined) return undefined;
    throw error;
  }
}

async function missingOf(items: readonly WalkItem[], overwrite: boolean): Promise<WalkItem[]> {
  const missing: WalkItem[] = [];
  for (const item of items) {
    const isNew = await item.folder.make();
    const existing = isNew ? "nothing" : await lookAt(joinLocal(item.folder.local, item.local), item.entry);
    if (existing === "nothing" || (existing === "other" && overwrite)) missing.push(item);
  }
  return missing;
}
