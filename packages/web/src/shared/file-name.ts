/*
 * Names of files come from the host. They are text, and text can lie: control characters, marks that turn the direction of writing
 * ("annexe\u202Egpj.exe" reads as "annexeexe.jpg"), separators that climb out of the download folder.
 */

/** Longest name that is shown or saved, UTF-16 units. Most file systems take 255 bytes. */
const MAX_NAME_LENGTH = 200;
/** An extension up to this length survives the cut, characters with its dot. */
const MAX_KEPT_EXTENSION = 16;

/** C0 and C1 controls, and the invisible marks and overrides of direction (Unicode UAX 9). */
const INVISIBLE = /[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/gu;
const LONE_SURROGATE = /\p{Surrogate}/gu;
/** What Windows, macOS or a shell would take for something else. */
const RESERVED = /[<>:"/\\|?*]/gu;

/** The name to show: one line of visible text, never empty. Still text: to be set as such, never as HTML. */
export function displayName(name: string): string {
  const visible = name.replace(LONE_SURROGATE, "\ufffd").replace(INVISIBLE, "").trim();
  return shorten(visible) || "unnamed file";
}

/** The name to save under: a display name that is one path segment on every system. */
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
  // A surrogate pair that the cut halves is dropped whole.
  return name.slice(0, MAX_NAME_LENGTH - extension.length).replace(LONE_SURROGATE, "") + extension;
}
