import { isEntryName, readMadePath } from "@rangecast/wire";

const SLASH = 0x2f;

/** Kinds of made resources: `list`, `zip`. That of a zip may be followed by names. */
const KIND = /^(?:[a-z]{1,16}|zip\/[\w.~%,!*'()-]+)$/u;

/**
 * Whether a path of an OPEN leads to something below the share's root, judged by its bytes alone: names separated by `/`, none of them empty, `.` or
 * `..`, and no NUL. Or it is the path of what is made of a folder: the folder's path, empty for the root, then `//` and a kind. Trees on a disk must
 * also check that no symbolic link leads out of them.
 */
export function isResourcePath(path: Uint8Array): boolean {
  const made = readMadePath(path);
  if (made === undefined) return areNames(path);
  return KIND.test(Buffer.from(made.kind).toString("latin1")) && (made.folder.byteLength === 0 || areNames(made.folder));
}

function areNames(path: Uint8Array): boolean {
  let start = 0;
  for (let at = 0; at <= path.byteLength; at += 1) {
    if (at < path.byteLength && path[at] !== SLASH) continue;
    if (!isEntryName(path.subarray(start, at))) return false;
    start = at + 1;
  }
  return true;
}
