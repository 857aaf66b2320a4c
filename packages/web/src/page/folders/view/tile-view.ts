import { create } from "../../view/dom.ts";
import type { Entry } from "../list/listing.ts";
import { createLink, createPick } from "./entry-element.ts";
import { createIcon } from "./icons.ts";

/** One entry of the grid: a square with an icon or, later, a thumbnail, and the name. @param href the entry's deep link */
export function createTile(entry: Entry, href: string): HTMLDivElement {
  const tile = create("div", "tile");
  tile.setAttribute("role", "gridcell");
  const thumbnail = create("div", "thumbnail");
  thumbnail.append(createIcon(entry.kind));
  tile.append(thumbnail, createPick(entry), createLink(entry, href));
  return tile;
}

/** Shows a thumbnail in place of the icon. */
export function showThumbnail(tile: Element, canvas: HTMLCanvasElement): void {
  // The name says what it is.
  canvas.setAttribute("aria-hidden", "true");
  tile.querySelector(".thumbnail")?.replaceChildren(canvas);
}
