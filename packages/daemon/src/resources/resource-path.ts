const SLASH = 0x2f;
const DOT = 0x2e;
const NUL = 0;

/**
 * Whether a path of an OPEN leads to something below the share's root, judged by its bytes alone: names separated by `/`, none of them empty, `.` or
 * `..`, and no NUL. Trees on a disk, of which there are none yet, must also check that no symbolic link leads out of them.
 */
export function isResourcePath(path: Uint8Array): boolean {
  if (path.includes(NUL)) return false;
  let start = 0;
  for (let at = 0; at <= path.byteLength; at += 1) {
    if (at < path.byteLength && path[at] !== SLASH) continue;
    if (!isName(path.subarray(start, at))) return false;
    start = at + 1;
  }
  return true;
}

function isName(name: Uint8Array): boolean {
  return name.byteLength > 2 || (name.byteLength > 0 && !name.every((byte) => byte === DOT));
}
