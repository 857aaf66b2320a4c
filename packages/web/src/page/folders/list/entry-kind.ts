/* What an entry of a folder is, by its name alone: a folder's list has no media types. The host's type counts once a file is opened. */
import { extensionOf, type MediaKind, mediaKind, safeContentType } from "@rangecast/http";

export type EntryKind = "folder" | "text" | MediaKind;

/** Extensions of files that are shown as text. Markdown, HTML, SVG and XML are among them: none of them is ever rendered. */
const TEXT_EXTENSIONS: ReadonlySet<string> = new Set(
  (
    "txt text md markdown rst adoc org tex log csv tsv json jsonl json5 ndjson xml html htm xhtml svg yaml yml toml ini conf cfg env properties " +
    "css scss less js mjs cjs jsx tsx mts cts vue svelte c h cc cpp cxx hpp hh cs java kt kts scala go rs py pyi rb php pl pm lua r jl swift m mm dart ex exs erl " +
    "hs ml clj lisp el vim sh bash zsh fish ps1 bat cmd sql graphql proto gradle cmake mk makefile dockerfile diff patch srt vtt ass sub lrc cue m3u m3u8 pls nfo " +
    "ics vcf bib eml gitignore gitattributes editorconfig lock sum mod"
  ).split(" "),
);
/** Names without an extension that are texts. */
const TEXT_NAMES: ReadonlySet<string> = new Set([
  "readme",
  "license",
  "licence",
  "copying",
  "changelog",
  "authors",
  "makefile",
  "dockerfile",
  "todo",
  "notice",
]);
/** TypeScript and MPEG transport streams share the extension "ts". No film is that small, bytes. */
const SMALLEST_STREAM = 1_000_000;

export function entryKind(name: string, folder: boolean, size: number): EntryKind {
  if (folder) return "folder";
  const extension = extensionOf(name);
  if (extension === "ts") return size < SMALLEST_STREAM ? "text" : "video";
  if (TEXT_EXTENSIONS.has(extension) || (extension === "" && TEXT_NAMES.has(name.replace(/^\./u, "").toLowerCase()))) return "text";
  return mediaKind(safeContentType(undefined, name));
}

/** Whether a file is to be shown as text, also by the type that the host states. */
export function isText(kind: EntryKind, mediaType: string | undefined): boolean {
  if (mediaType === "image/svg+xml" || mediaType?.startsWith("text/")) return true;
  return kind === "text";
}

const TYPE_NAMES: Readonly<Record<EntryKind, string>> = {
  folder: "Folder",
  video: "video",
  audio: "audio",
  image: "picture",
  pdf: "document",
  text: "text",
  other: "file",
};

/** Such as `MKV video`. */
export function typeText(name: string, kind: EntryKind): string {
  if (kind === "folder") return TYPE_NAMES.folder;
  const extension = extensionOf(name).toUpperCase();
  const type = TYPE_NAMES[kind];
  return extension === "" ? `${type.charAt(0).toUpperCase()}${type.slice(1)}` : `${extension} ${type}`;
}
