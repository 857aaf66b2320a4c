/* The field `&path=` of a link: the path of a file or folder within the share, as bytes (L-18). */
import { isEntryPath } from "@rangecast/base";
import { type Bytes, utf8 } from "../encoding/bytes.ts";
import { LinkError } from "./link-error.ts";
import { fieldIn, TRAILING } from "./link-fields.ts";

/** Longest path of a link, bytes: no file system takes longer ones, and none can be opened. */
export const MAX_LINK_PATH_BYTES = 4096;
/** Written as they are: the unreserved characters of RFC 3986, and the separator of names. */
const PLAIN = /^[\w.~/-]$/u;

/**
 * The path; undefined if there is no such field. It is decoded exactly once: a name may itself contain `%20`.
 * @param fields see readFields
 * @throws {LinkError} `bad-path`
 */
export function readPathField(fields: string): Bytes | undefined {
  const field = fieldIn(fields, "path");
  if (field === undefined) return undefined;
  const path = decodePercent(field.text.replace(TRAILING, ""));
  // A letter that is not encoded would be missing from the path.
  if (path === undefined || !isSharePath(path) || /^[\p{L}\p{N}]$/u.test(field.after)) {
    throw new LinkError("bad-path", "the path in the link is damaged");
  }
  return path;
}

/** @throws {RangeError} if it is not a path of names */
export function formatPathField(path: Uint8Array): string {
  if (!isSharePath(path)) throw new RangeError("a path consists of names that are not empty, . or .., separated by /");
  let text = "";
  for (const [index, byte] of path.entries()) {
    const character = String.fromCharCode(byte);
    const plain = PLAIN.test(character) && !(index === path.byteLength - 1 && TRAILING.test(character));
    text += plain ? character : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return `&path=${text}`;
}

function isSharePath(path: Uint8Array): boolean {
  return path.byteLength <= MAX_LINK_PATH_BYTES && isEntryPath(path);
}

/** The bytes of percent-encoded ASCII; undefined if it is not. */
function decodePercent(text: string): Bytes | undefined {
  if (/%(?![\da-f]{2})/iu.test(text)) return undefined;
  const pieces = text.split(/(%[\da-f]{2})/iu);
  return Uint8Array.from(pieces.flatMap((piece) => (piece.startsWith("%") ? [Number.parseInt(piece.slice(1), 16)] : [...utf8(piece)])));
}
