/*
 * File names come from the host and can't be trusted: they may contain control characters, marks that reverse the writing direction
 * ("annexe\u202Egpj.exe" reads as "annexeexe.jpg"), or separators that lead out of the download folder.
 */

/** Longest name that is shown or saved, UTF-16 code units. Most file systems allow 255 bytes. */
const MAX_NAME_LENGTH = 200;
/** Longest extension that is kept when a name is shortened, characters, with its dot. */
const MAX_KEPT_EXTENSION = 16;

/** C0 and C1 controls, and invisible directional marks and overrides (UAX #9). */
const INVISIBLE = /[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/gu;
const LONE_SURROGATE = /\p{Surrogate}/gu;
/** Characters with a special meaning on Windows, macOS or in a shell. */
const RESERVED = /[<>:"/\\|?*]/gu;

/** The name to display: one line of visible text, never empty. Set it as text, never as HTML. */
export function displayName(name: string): string {
  const visible = name.replace(LONE_SURROGATE, "\ufffd").replace(INVISIBLE, "").trim();
  return shorten(visible) || "unnamed file";
}

/** The name to save under: the display name as one path segment on every system. */
export function downloadName(name: string): string {
  const segment = displayName(name)
    .replace(RESERVED, "_")
    .replace(/^[.\s]+|[.\s]+$/gu, "");
  return segment || "download";
}

function shorten(name: string): string {
  if (name.length <= MAX_NAME_LENGTH) return name;
  const dot = name.lastIndexOf(".");
  const extension = dot > 0 && name.length - dot <= MAX_KEPT_EXTENSION ? name.slice(dot) : "";
  // A surrogate pair that was cut in half is removed.
  return name.slice(0, MAX_NAME_LENGTH - extension.length).replace(LONE_SURROGATE, "") + extension;
}
