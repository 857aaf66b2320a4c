const SLASH = 0x2f;
const DOT = 0x2e;
const NUL = 0;

/**
 * Whether a path of an OPEN names something below the share's root, as text: names separated by `/`, none of them empty, `.` or `..`, and no NUL.
 * A tree on a disk must also check that no symbolic link leads out of it.
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
