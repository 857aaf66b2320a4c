/*
 * Under which name a stranger's file is saved. Its host chose the name, so it may be a path, a device, hidden, or made to look like another file.
 * Own code, as no library that is well kept knows directions of writing as well as devices.
 */
import { UNPRINTABLE } from "../../format.ts";

/** Longest name, bytes of UTF-8: file systems take 255, and what marks the part of a file needs some (see partial-name.ts). */
export const MAX_SAVED_NAME_BYTES = 200;
/** Longest end that counts as one, such as `.tar.gz`, bytes: it stays when a name is cut. */
const MAX_EXTENSION_BYTES = 16;
/** What a name becomes of which nothing is left. */
const NAMELESS = "download";
/** Devices on Windows, whatever follows behind a dot (Microsoft, "Naming Files, Paths, and Namespaces"). */
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?=\s*(?:\.|$))/i;
/** No file on Windows has these; a colon there even names a stream within another file. Elsewhere they are usual in titles. */
const NOT_ON_WINDOWS = /[<>:"|?*]/g;

/** A name for a file of one folder, never a path, whatever `theirs` is. */
export function saveName(theirs: string, platform: NodeJS.Platform = process.platform): string {
  const last = theirs.split(/[/\\]/).at(-1) ?? "";
  const shown = last.replaceAll(UNPRINTABLE, "_");
  const possible = platform === "win32" ? shown.replaceAll(NOT_ON_WINDOWS, "_") : shown;
  // Dots before it would hide it, or be a folder; dots and spaces behind it are lost on Windows; a dash is an option to whoever says `rm *`.
  const bare = possible.replace(/^[\s.]+/u, "").replace(/^-/, "_");
  const whole = withoutEnd(cutName(withoutEnd(bare), MAX_SAVED_NAME_BYTES));
  if (whole === "") return NAMELESS;
  return DEVICE.test(whole) ? `_${whole}` : whole;
}

/** Not by a regular expression, which would be quadratic on a name of spaces. */
function withoutEnd(name: string): string {
  let end = name.length;
  while (end > 0 && /[\s.]/u.test(name[end - 1] ?? "")) end -= 1;
  return name.slice(0, end);
}

/** Cuts a name to so many bytes of UTF-8, between characters; a short extension stays. */
export function cutName(name: string, maxBytes: number): string {
  if (Buffer.byteLength(name) <= maxBytes) return name;
  const dot = name.lastIndexOf(".");
  const extension = dot > 0 && Buffer.byteLength(name.slice(dot)) <= MAX_EXTENSION_BYTES ? name.slice(dot) : "";
  const room = maxBytes - Buffer.byteLength(extension);
  let bytes = 0;
  let cut = "";
  for (const character of name) {
    bytes += Buffer.byteLength(character);
    if (bytes > room) break;
    cut += character;
  }
  return cut + extension;
}
