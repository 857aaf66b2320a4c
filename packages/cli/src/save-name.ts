/*
 * Makes the host's name for a file safe to save under. The host could have chosen a path, a device, a hidden file, or a name that looks like another.
 * No well-maintained library handles both text direction and device names.
 */
import { UNPRINTABLE } from "./format.ts";

/** Longest name, bytes of UTF-8: file systems allow 255, and the part's name needs some more (part-name.ts). */
export const MAX_SAVED_NAME_BYTES = 200;
/** Longest extension that is kept when a name is cut, bytes. */
const MAX_EXTENSION_BYTES = 16;
/** Replaces a name of which nothing is left. */
const NAMELESS = "download";
/** Devices on Windows, with any extension (Microsoft, "Naming Files, Paths, and Namespaces"). */
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?=\s*(?:\.|$))/i;
/** Not allowed in file names on Windows, where a colon even names a stream within another file. Elsewhere they are common in titles. */
const NOT_ON_WINDOWS = /[<>:"|?*]/g;

/** Returns a plain file name, never a path. @param theirs any text */
export function saveName(theirs: string, platform: NodeJS.Platform = process.platform): string {
  const last = theirs.split(/[/\\]/).at(-1) ?? "";
  const shown = last.replaceAll(UNPRINTABLE, "_");
  const possible = platform === "win32" ? shown.replaceAll(NOT_ON_WINDOWS, "_") : shown;
  // Leading dots hide a file or name a folder; Windows drops trailing dots and spaces; `rm *` takes a leading dash for an option.
  const bare = possible.replace(/^[\s.]+/u, "").replace(/^-/, "_");
  const whole = withoutEnd(cutName(withoutEnd(bare), MAX_SAVED_NAME_BYTES));
  if (whole === "") return NAMELESS;
  return DEVICE.test(whole) ? `_${whole}` : whole;
}

/** Makes a name that Windows allows, for an entry of a folder. Hidden files stay hidden. @param name without `/` */
export function windowsName(name: string): string {
  const possible = withoutEnd(name.replaceAll(NOT_ON_WINDOWS, "_").replaceAll(UNPRINTABLE, "_").replaceAll("\\", "_"));
  return possible === "" || DEVICE.test(possible) ? `_${possible}` : possible;
}

/** Removes trailing dots and spaces. A regular expression would take quadratic time on a name of spaces. */
function withoutEnd(name: string): string {
  let end = name.length;
  while (end > 0 && /[\s.]/u.test(name[end - 1] ?? "")) end -= 1;
  return name.slice(0, end);
}

/** Cuts a name to at most `maxBytes` of UTF-8, between characters; keeps a short extension. */
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
