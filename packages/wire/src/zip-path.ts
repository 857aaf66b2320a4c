/*
 * The path of a zip archive of some entries of a folder (X-18): the folder's path, `//zip/`, and the names of the entries, joined by commas. In a name, each byte
 * but letters, digits and `-._~!*'()` is `%` and two hexadecimal digits, as encodeURIComponent writes them: `Season 1//zip/e1.mp4,e2%20(cut).mp4`.
 */
import { isEntryName, percentDecode, percentEncode } from "@rangecast/base";
import { zipPath } from "./folder-path.ts";
import { MAX_PATH_BYTES } from "./handles.ts";

const COMMA = ",";
const ENCODED_NAME = /^(?:[\w.~!*'()-]|%[\da-f]{2})+$/iu;

/**
 * The path of an archive of some entries of a folder, and of all that is in them.
 * @param folder its path; empty for the root
 * @param names of the entries, at least one
 * @returns undefined if the path would be longer than an OPEN may have: select less, or the whole folder
 */
export function zipSelectionPath(folder: Uint8Array, names: readonly Uint8Array[]): Uint8Array | undefined {
  const start = zipPath(folder);
  const ending = new TextEncoder().encode(`/${names.map(percentEncode).join(COMMA)}`);
  if (names.length === 0 || start.byteLength + ending.byteLength > MAX_PATH_BYTES) return undefined;
  const path = new Uint8Array(start.byteLength + ending.byteLength);
  path.set(start);
  path.set(ending, start.byteLength);
  return path;
}

/**
 * Reads the kind of a made resource as that of a zip.
 * @returns the selected names, "all" for the whole folder, undefined if it is not the kind of a zip
 */
export function readZipKind(kind: Uint8Array): readonly Uint8Array[] | "all" | undefined {
  const text = String.fromCharCode(...kind);
  if (text === "zip") return "all";
  if (!text.startsWith("zip/")) return undefined;
  const encoded = text.slice("zip/".length).split(COMMA);
  if (!encoded.every((name) => ENCODED_NAME.test(name))) return undefined;
  const names = encoded.map(percentDecode);
  return names.every(isEntryName) ? names : undefined;
}
