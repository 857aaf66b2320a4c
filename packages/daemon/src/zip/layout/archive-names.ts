import { isUtf8 } from "node:buffer";
import { uniqueName } from "../../resources/unique-name.ts";

const BACKSLASH = 0x5c;
const LOSSY = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * The names that the entries of one folder have in an archive. Names in a zip are UTF-8, and some programs take a backslash for a separator of folders. So
 * each backslash, and each byte that is not part of UTF-8, is written as `%` and two hexadecimal digits. If that gives a name that another entry has, a number
 * follows: `caf%E9 (2).mp4`.
 * @returns the new name at the index of each name that can't stay; nothing at the others
 */
export function archiveNames(names: readonly Buffer[]): (Buffer | undefined)[] {
  const renamed: (Buffer | undefined)[] = [];
  if (names.every(isArchiveName)) return renamed;
  const taken = new Set(names.filter(isArchiveName).map(String));
  for (const [index, name] of names.entries()) {
    if (isArchiveName(name)) continue;
    const unique = uniqueName(escapeName(name), taken);
    taken.add(unique);
    renamed[index] = Buffer.from(unique);
  }
  return renamed;
}

function isArchiveName(name: Buffer): boolean {
  return isUtf8(name) && !name.includes(BACKSLASH);
}

function escapeName(name: Buffer): string {
  let text = "";
  for (let at = 0; at < name.byteLength;) {
    const length = characterBytes(name, at);
    text +=
      length === 0
        ? `%${name
            .subarray(at, at + 1)
            .toString("hex")
            .toUpperCase()}`
        : LOSSY.decode(name.subarray(at, at + length));
    at += Math.max(1, length);
  }
  return text;
}

/** Bytes of the character at an offset; 0 for a byte that is to be escaped. */
function characterBytes(name: Buffer, at: number): number {
  if (name[at] === BACKSLASH) return 0;
  for (let length = 1; length <= 4 && at + length <= name.byteLength; length += 1) {
    if (isUtf8(name.subarray(at, at + length))) return length;
  }
  return 0;
}
