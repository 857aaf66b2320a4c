/* Paths within a share: names joined by `/`, as bytes. */

const SLASH = 0x2f;

/** The path of an entry. @param folder empty for the root */
export function joinPath(folder: Uint8Array, name: Uint8Array): Buffer {
  return folder.byteLength === 0 ? Buffer.from(name) : Buffer.concat([folder, Buffer.from([SLASH]), name]);
}

/** The folder and the name of a path that is not empty. */
export function splitPath(path: Uint8Array): { readonly folder: Buffer; readonly name: Buffer } {
  const bytes = Buffer.from(path);
  const slash = bytes.lastIndexOf(SLASH);
  return { folder: bytes.subarray(0, Math.max(0, slash)), name: bytes.subarray(slash + 1) };
}

/** The names of a path; none for the root. */
export function namesOf(path: Uint8Array): Buffer[] {
  const names: Buffer[] = [];
  const bytes = Buffer.from(path);
  for (let start = 0; start < bytes.byteLength;) {
    const slash = bytes.indexOf(SLASH, start);
    const end = slash === -1 ? bytes.byteLength : slash;
    names.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return names;
}

/** The path as text: bytes that are no UTF-8 become U+FFFD. It may contain any characters. */
export function pathText(path: Uint8Array): string {
  return Buffer.from(path).toString();
}
