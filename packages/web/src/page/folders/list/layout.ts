import type { Entry } from "./listing.ts";

/** How a folder's entries are laid out: in rows with columns, or as tiles with thumbnails. */
export type Layout = "list" | "grid";

/** Fewer pictures are a list. */
const FEWEST_PICTURES = 3;

/** The layout of a folder for which the viewer has chosen none: tiles if at least half of its files are pictures. */
export function layoutFor(entries: readonly Entry[]): Layout {
  const files = entries.filter(({ kind }) => kind !== "folder").length;
  const pictures = entries.filter(({ kind }) => kind === "image").length;
  return pictures >= FEWEST_PICTURES && pictures * 2 >= files ? "grid" : "list";
}
