import type { FolderList } from "@rangecast/client";
import type { FolderColumns } from "../../shared/messages/folder-messages.ts";
import { encodePath } from "../../shared/resource-url.ts";

const LOSSY = new TextDecoder("utf-8", { ignoreBOM: true });
const UNKNOWN = "\ufffd";

/** A folder's list as it is sent to the page. */
export function folderColumns({ entries, skipped }: FolderList): FolderColumns {
  const names = entries.map(({ name }) => LOSSY.decode(name));
  const exact = new Map<number, string>();
  for (const [index, { name }] of entries.entries()) {
    // U+FFFD may also be part of the name. Its exact bytes do no harm then.
    if (names[index]?.includes(UNKNOWN)) exact.set(index, encodePath(name));
  }
  return {
    names,
    exact,
    folders: Uint8Array.from(entries, ({ kind }) => (kind === "folder" ? 1 : 0)),
    sizes: Float64Array.from(entries, ({ size }) => size),
    times: Float64Array.from(entries, ({ modifiedMs }) => modifiedMs),
    skipped,
  };
}
