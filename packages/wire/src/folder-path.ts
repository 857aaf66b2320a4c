/*
 * Paths of a share of folders. A path is bytes: names joined by `/`. No name is empty, so `//` occurs in no path of a file or folder. A resource that
 * is made of a folder has the folder's path, then `//` and its kind: `Season 1//list`, and `//list` for the root.
 */

const SLASH = 0x2f;

/** The path of a folder's list. @param folder its path; empty for the root */
export function listPath(folder: Uint8Array): Uint8Array {
  return madePath(folder, "list");
}

/** The path of a folder as a zip archive. @param folder its path; empty for the root */
export function zipPath(folder: Uint8Array): Uint8Array {
  return madePath(folder, "zip");
}

/** The folder and the kind of a made resource; undefined for a path without `//`. Neither part is checked. */
export function readMadePath(path: Uint8Array): { readonly folder: Uint8Array; readonly kind: Uint8Array } | undefined {
  const at = path.findIndex((byte, index) => byte === SLASH && path[index + 1] === SLASH);
  return at === -1 ? undefined : { folder: path.subarray(0, at), kind: path.subarray(at + 2) };
}

function madePath(folder: Uint8Array, kind: string): Uint8Array {
  const ending = new TextEncoder().encode(`//${kind}`);
  const path = new Uint8Array(folder.byteLength + ending.byteLength);
  path.set(folder);
  path.set(ending, folder.byteLength);
  return path;
}
