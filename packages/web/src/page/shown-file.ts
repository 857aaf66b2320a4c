import { displayName, type FileFacts, mediaKind, safeContentType } from "@rangecast/http";
import { isImprecise, isRemuxable } from "./media/ways/containers.ts";
import type { Place, ShownFile } from "./state/page-state.ts";
import { playable } from "./view/playable.ts";

/** What the page shows of a file, and whether this browser can play it. */
export function shownFile(version: string, facts: FileFacts, place?: Place): ShownFile {
  const contentType = safeContentType(facts.mediaType, facts.name);
  const kind = mediaKind(contentType);
  const probe = {
    canPlayType: (element: "video" | "audio", type: string) => document.createElement(element).canPlayType(type),
    showsPdf: navigator.pdfViewerEnabled,
  };
  const canShow = playable(kind, contentType, probe);
  const { size, provisional } = facts;
  return {
    name: displayName(facts.name),
    size,
    ...(provisional ? { provisional } : {}),
    contentType,
    kind,
    playable: canShow,
    ...(isImprecise(contentType) ? { imprecise: true } : {}),
    ...(kind === "video" && isRemuxable(contentType) ? { remuxable: true } : {}),
    version,
    ...(place === undefined ? {} : { place }),
  };
}
