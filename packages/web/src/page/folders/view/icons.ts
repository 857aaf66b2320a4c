import type { EntryKind } from "../list/entry-kind.ts";

const SVG = "http://www.w3.org/2000/svg";

/** Outlines on a grid of 24. */
const PATHS: Readonly<Record<EntryKind | "refresh", string>> = {
  folder: "M3.5 6.5a1.5 1.5 0 0 1 1.5-1.5h4.2l2.2 2.5H19a1.5 1.5 0 0 1 1.5 1.5v8.5A1.5 1.5 0 0 1 19 19H5a1.5 1.5 0 0 1-1.5-1.5z",
  video: "M4.5 5h15v14h-15zM10 9.2v5.6l4.6-2.8z",
  audio: "M9 18V6l10-2v11.5M9 18a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0zM19 15.5a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0z",
  image: "M4 5h16v14H4zM4 16l4.5-4.5 4 4 2.5-2.5 5 5M15.5 9.2h.01",
  pdf: "M6 3.5h8l4 4v13H6zM14 3.5v4h4M9 13h6M9 16.5h6",
  text: "M6 3.5h8l4 4v13H6zM14 3.5v4h4M9 13h6M9 16.5h4",
  other: "M6 3.5h8l4 4v13H6zM14 3.5v4h4",
  refresh: "M19.5 12a7.5 7.5 0 1 1-2.2-5.3M19.5 3.5v4h-4",
};

/** A decorative icon: what it means is also said by a text. */
export function createIcon(kind: EntryKind | "refresh"): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${kind}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[kind]);
  svg.append(path);
  return svg;
}
