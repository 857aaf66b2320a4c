/*
 * The content types that the worker may put on a response. A type that the host announces is used only if it is on this list. All other files are served as
 * bytes to be saved, so that no host can make a browser render a document of its own. (The sandbox in the response's policy is a second line of defence.)
 */

/** What the page can do with a file besides saving it. */
export type MediaKind = "video" | "audio" | "image" | "pdf" | "other";

export const UNKNOWN_TYPE = "application/octet-stream";

/** File name extensions by type. */
const TYPES: Readonly<Record<string, readonly string[]>> = {
  "video/mp4": ["mp4", "m4v"],
  "video/webm": ["webm"],
  "video/ogg": ["ogv"],
  "video/quicktime": ["mov", "qt"],
  "video/x-matroska": ["mkv"],
  "video/mp2t": ["ts", "m2ts", "mts"],
  "video/mpeg": ["mpg", "mpeg"],
  "video/x-msvideo": ["avi"],
  "video/x-ms-wmv": ["wmv"],
  "video/x-flv": ["flv"],
  "video/3gpp": ["3gp"],
  "audio/mpeg": ["mp3"],
  "audio/mp4": ["m4a", "m4b"],
  "audio/aac": ["aac"],
  "audio/ogg": ["ogg", "oga", "opus"],
  "audio/flac": ["flac"],
  "audio/wav": ["wav"],
  "audio/webm": ["weba"],
  "audio/x-matroska": ["mka"],
  "image/png": ["png"],
  "image/jpeg": ["jpg", "jpeg"],
  "image/gif": ["gif"],
  "image/webp": ["webp"],
  "image/avif": ["avif"],
  "image/bmp": ["bmp"],
  "image/svg+xml": ["svg"],
  "image/x-icon": ["ico"],
  "application/pdf": ["pdf"],
};

const ALIASES: Readonly<Record<string, string>> = {
  "audio/mp3": "audio/mpeg",
  "audio/x-m4a": "audio/mp4",
  "audio/x-flac": "audio/flac",
  "audio/x-wav": "audio/wav",
  "audio/wave": "audio/wav",
  "audio/opus": "audio/ogg",
  "application/ogg": "audio/ogg",
  "image/jpg": "image/jpeg",
  "image/pjpeg": "image/jpeg",
  "image/apng": "image/png",
  "image/vnd.microsoft.icon": "image/x-icon",
  "video/x-m4v": "video/mp4",
  "video/x-f4v": "video/mp4",
  "video/matroska": "video/x-matroska",
  "video/avi": "video/x-msvideo",
};

const TYPE_BY_EXTENSION: ReadonlyMap<string, string> = new Map(
  Object.entries(TYPES).flatMap(([type, extensions]) => extensions.map((extension) => [extension, type] as const)),
);

/**
 * The type to serve a file with: the announced type if it is on the list (without its parameters). If none was announced, the type of the name's extension.
 * Otherwise {@link UNKNOWN_TYPE}.
 */
export function safeContentType(announced: string | undefined, name: string): string {
  const essence = announced?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  const known = ownValue(ALIASES, essence) ?? essence;
  if (Object.hasOwn(TYPES, known)) return known;
  // An announced type that isn't on the list is not replaced by the extension's.
  if (essence !== "" && essence !== UNKNOWN_TYPE) return UNKNOWN_TYPE;
  return TYPE_BY_EXTENSION.get(extensionOf(name)) ?? UNKNOWN_TYPE;
}

/** The name's extension in lower case, without the dot. Empty if there is none. */
export function extensionOf(name: string): string {
  return /[^.]\.([^.\s/\\]{1,16})$/u.exec(name)?.[1]?.toLowerCase() ?? "";
}

/** How to show a file of this (safe) type. */
export function mediaKind(contentType: string): MediaKind {
  if (contentType === "application/pdf") return "pdf";
  const [group] = contentType.split("/", 1);
  return group === "video" || group === "audio" || group === "image" ? group : "other";
}

function ownValue(table: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
