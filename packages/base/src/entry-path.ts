/* Paths of a tree of files, as bytes (PROTOCOL.md, X-9 and X-14). */

const SLASH = 0x2f;
const DOT = 0x2e;
const NUL = 0;

/** Whether bytes are the name of a file or folder: not empty, neither `.` nor `..`, without `/` and NUL. */
export function isEntryName(name: Uint8Array): boolean {
  const onlyDots = name.byteLength <= 2 && name.every((byte) => byte === DOT);
  return !onlyDots && !name.includes(SLASH) && !name.includes(NUL);
}

/** Whether bytes are names of entries joined by `/`, at least one. */
export function isEntryPath(path: Uint8Array): boolean {
  let start = 0;
  for (let at = 0; at <= path.byteLength; at += 1) {
    if (at < path.byteLength && path[at] !== SLASH) continue;
    if (!isEntryName(path.subarray(start, at))) return false;
    start = at + 1;
  }
  return true;
}
