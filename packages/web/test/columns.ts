import type { FolderColumns } from "../src/shared/messages/folder-messages.ts";

/** A folder's columns of names; a name that ends with a slash is a folder's, and each file's size and time is its index. */
export function columnsOf(...names: string[]): FolderColumns {
  return {
    names: names.map((name) => name.replace(/\/$/u, "")),
    exact: new Map(),
    folders: Uint8Array.from(names, (name) => (name.endsWith("/") ? 1 : 0)),
    sizes: Float64Array.from(names, (name, index) => (name.endsWith("/") ? 0 : index)),
    times: Float64Array.from(names, (_name, index) => 1000 * index),
    skipped: 0,
  };
}
