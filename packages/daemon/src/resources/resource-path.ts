import { isEntryPath } from "@rangecast/base";
import { readMadePath } from "@rangecast/wire";

/** Kinds of made resources: `list`, `zip`. That of a zip may be followed by names. */
const KIND = /^(?:[a-z]{1,16}|zip\/[\w.~%,!*'()-]+)$/u;

/**
 * Whether a path of an OPEN leads to something below the share's root, judged by its bytes alone: names separated by `/`, none of them empty, `.` or
 * `..`, and no NUL. Or it is the path of what is made of a folder: the folder's path, empty for the root, then `//` and a kind. Trees on a disk must
 * also check that no symbolic link leads out of them.
 */
export function isResourcePath(path: Uint8Array): boolean {
  const made = readMadePath(path);
  if (made === undefined) return isEntryPath(path);
  return KIND.test(Buffer.from(made.kind).toString("latin1")) && (made.folder.byteLength === 0 || isEntryPath(made.folder));
}
