/** Downloads small files of a folder in an archive that the host makes of them. */
import { ClientError } from "@rangecast/client";
import type { FileFetcher } from "../tree/file-fetcher.ts";
import type { WalkItem } from "../tree/tree-walk.ts";
import { Together } from "./choose-together.ts";
import { ArchiveError } from "./zip-entries.ts";

/** Fewer files are not worth an archive. */
const LEAST_TOGETHER = 3;

/**
 * @param items files of one folder that are missing
 * @param fetcher undefined: a dry run
 * @returns the content of each; undefined if they are few, or the archive can't be had: then each is downloaded by itself, which also tells what is wrong
 * @throws the signal's reason; bugs of ours
 */
export async function fetchTogether(
  items: readonly WalkItem[],
  fetcher: FileFetcher | undefined,
  signal: AbortSignal,
): Promise<ReadonlyMap<WalkItem, Uint8Array> | undefined> {
  const inOrder = items.toSorted((one, other) => Buffer.compare(one.entry.name, other.entry.name));
  const [first] = inOrder;
  if (fetcher === undefined || first === undefined || inOrder.length < LEAST_TOGETHER) return undefined;
  const together = new Together(first.folder.path);
  const archive = inOrder.every(({ entry }) => together.add(entry)) ? together.path() : undefined;
  if (archive === undefined) return undefined;
  try {
    const contents = await fetcher.fetchTogether(
      archive,
      inOrder.map(({ entry }) => entry),
      signal,
    );
    return new Map(contents.map((content, index) => [inOrder[index] ?? first, content]));
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ClientError || error instanceof ArchiveError) return undefined;
    throw error;
  }
}
