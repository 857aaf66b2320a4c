import { create } from "../../view/dom.ts";
import { formatBytes } from "../../view/format.ts";
import { typeText } from "../list/entry-kind.ts";
import type { Entry } from "../list/listing.ts";
import { createLink, createPick } from "./entry-element.ts";
import { createIcon } from "./icons.ts";

const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });
const MOMENT = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "short" });

/** One row of the list. @param href the entry's deep link */
export function createRow(entry: Entry, href: string): HTMLDivElement {
  const row = create("div", "row");
  row.setAttribute("role", "row");
  const pick = cell("cell-pick");
  pick.append(createPick(entry));
  const name = cell("cell-name");
  name.append(createIcon(entry.kind), createLink(entry, href));
  const date = cell("cell-date", entry.modifiedMs > 0 ? DAY.format(entry.modifiedMs) : "");
  if (entry.modifiedMs > 0) date.title = MOMENT.format(entry.modifiedMs);
  const size = entry.kind === "folder" ? "" : formatBytes(entry.size);
  row.append(pick, name, cell("cell-size", size), cell("cell-type", typeText(entry.name, entry.kind)), date);
  return row;
}

function cell(name: string, text = ""): HTMLDivElement {
  const element = create("div", `cell ${name}`, text);
  element.setAttribute("role", "gridcell");
  return element;
}
