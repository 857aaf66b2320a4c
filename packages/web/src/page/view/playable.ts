import type { MediaKind } from "@rangecast/http";

/** What the browser reports about itself. */
export interface Probe {
  canPlayType(kind: "video" | "audio", contentType: string): string;
  readonly showsPdf: boolean;
}

/**
 * Containers for which canPlayType returns "" although many such files play: browsers go by the bytes, not by the type (Chromium plays Matroska and
 * QuickTime files with codecs that it supports). The media element then reports an error if it can't.
 */
const UNDERRATED: ReadonlySet<string> = new Set(["video/quicktime", "video/x-matroska", "audio/x-matroska", "video/3gpp"]);

/** Whether the browser can probably show this type on the page. */
export function playable(kind: MediaKind, contentType: string, probe: Probe): "likely" | "no" {
  if (kind === "image") return "likely";
  if (kind === "pdf") return probe.showsPdf ? "likely" : "no";
  if (kind === "other") return "no";
  return UNDERRATED.has(contentType) || probe.canPlayType(kind, contentType) !== "" ? "likely" : "no";
}
