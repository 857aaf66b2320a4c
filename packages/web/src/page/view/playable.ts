import type { MediaKind } from "../../shared/content-type.ts";

/** The browser's own word. */
export interface Probe {
  canPlayType(kind: "video" | "audio", contentType: string): string;
  readonly showsPdf: boolean;
}

/**
 * Containers of which canPlayType says no although many such files play: browsers go by the bytes, not by the type (Chromium plays
 * Matroska and QuickTime files of codecs that it knows). The element itself will tell.
 */
const UNDERRATED: ReadonlySet<string> = new Set(["video/quicktime", "video/x-matroska", "audio/x-matroska", "video/3gpp"]);

/** Whether it is worth a try to show this type in place. */
export function playable(kind: MediaKind, contentType: string, probe: Probe): "likely" | "no" {
  if (kind === "image") return "likely";
  if (kind === "pdf") return probe.showsPdf ? "likely" : "no";
  if (kind === "other") return "no";
  return UNDERRATED.has(contentType) || probe.canPlayType(kind, contentType) !== "" ? "likely" : "no";
}
