import { create } from "../../view/dom.ts";
import type { Sort, SortKey } from "../list/sort-entries.ts";
import type { Part } from "./part.ts";

export interface ListHead {
  readonly onSort: (key: SortKey) => void;
}

const COLUMNS: readonly (readonly [key: SortKey, label: string])[] = [
  ["name", "Name"],
  ["size", "Size"],
  ["type", "Type"],
  ["date", "Changed"],
];

/** The head of the list: a button for each column that sorts by it. */
export function createListHead({ onSort }: ListHead): Part<Sort> {
  const group = create("div", "files-head");
  group.setAttribute("role", "rowgroup");
  const row = create("div", "row head");
  row.setAttribute("role", "row");
  row.setAttribute("aria-rowindex", "1");
  group.append(row);
  const pick = create("div", "cell cell-pick");
  pick.setAttribute("role", "columnheader");
  pick.append(create("span", "visually-hidden", "Selected"));
  row.append(pick);
  const cells = COLUMNS.map(([key, label]) => {
    const cell = create("div", `cell cell-${key}`);
    cell.setAttribute("role", "columnheader");
    const button = create("button", "sort", label);
    button.type = "button";
    button.addEventListener("click", () => onSort(key));
    cell.append(button);
    row.append(cell);
    return { key, cell };
  });
  const render = (sort: Sort): void => {
    for (const { key, cell } of cells) {
      if (key === sort.key) cell.setAttribute("aria-sort", sort.descending ? "descending" : "ascending");
      else cell.removeAttribute("aria-sort");
    }
  };
  return { element: group, render };
}
