import type { EntryKind } from "../list/entry-kind.ts";

const SVG = "http://www.w3.org/2000/svg";

export type IconName =
  | EntryKind
  | "refresh"
  | "grid"
  | "list"
  | "enlarge"
  | "close"
  | "previous"
  | "next"
  | "closer"
  | "farther"
  | "download";

/** Outlines on a grid of 24. */
const PATHS: Readonly<Record<IconName, string>> = {
  folder: "M3.5 6.5a1.5 1.5 0 0 1 1.5-1.5h4.2l2.2 2.5H19a1.5 1.5 0 0 1 1.5 1.5v8.5A1.5 1.5 0 0 1 19 19H5a1.5 1.5 0 0 1-1.5-1.5z",
  video: "M4.5 5h15v14h-15zM10 9.2v5.6l4.6-2.8z",
  audio: "M9 18V6l10-2v11.5M9 18a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0zM19 15.5a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0z",
  image: "M4 5h16v14H4zM4 16l4.5-4.5 4 4 2.5-2.5 5 5M15.5 9.2h.01",
  pdf: "M6 3.5h8l4 4v13H6zM14 3.5v4h4M9 13h6M9 16.5h6",
  text: "M6 3.5h8l4 4v13H6zM14 3.5v4h4M9 13h6M9 16.5h4",
  other: "M6 3.5h8l4 4v13H6zM14 3.5v4h4",
  refresh: "M19.5 12a7.5 7.5 0 1 1-2.2-5.3M19.5 3.5v4h-4",
  grid: "M4.5 4.5h6v6h-6zM13.5 4.5h6v6h-6zM4.5 13.5h6v6h-6zM13.5 13.5h6v6h-6z",
  list: "M4.5 6.5h.01M8.5 6.5h11M4.5 12h.01M8.5 12h11M4.5 17.5h.01M8.5 17.5h11",
  enlarge: "M14 4.5h5.5V10M10 19.5H4.5V14M19.5 4.5 13.5 10.5M4.5 19.5l6-6",
  close: "M6 6l12 12M18 6 6 18",
  previous: "M14.5 5.5 8 12l6.5 6.5",
  next: "M9.5 5.5 16 12l-6.5 6.5",
  closer: "M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM15.3 15.3 20 20M10.5 7.8v5.4M7.8 10.5h5.4",
  farther: "M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM15.3 15.3 20 20M7.8 10.5h5.4",
  download: "M12 4v11m0 0 4.5-4.5M12 15l-4.5-4.5M5 19.5h14",
};

/** A decorative icon: what it means is also said by a text. */
export function createIcon(kind: IconName): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${kind}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[kind]);
  svg.append(path);
  return svg;
}
