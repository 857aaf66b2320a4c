import { expect, test } from "vitest";
import { columnsOf } from "../../../../test/columns.ts";
import { type Entry, listingOf } from "./listing.ts";
import { extendSelection, keepListed, NOTHING_SELECTED, selectAll, type Selection, toggleEntry } from "./selection.ts";

const rows = listingOf(columnsOf("a", "b", "c", "d e", "f")).entries;
const names = ({ names: selected }: Selection): string => [...selected].sort().join(" ");
const toggled = (selection: Selection, index: number): Selection => toggleEntry(selection, rows[index] as Entry);

test("an entry is selected, and no longer, by its exact name", () => {
  const one = toggled(NOTHING_SELECTED, 3);
  expect(names(one)).toBe("d%20e");
  expect(names(toggled(toggled(one, 0), 3))).toBe("a");
});

test("a range goes from the entry that was chosen last, grows and shrinks, and keeps what was selected before", () => {
  const before = toggled(toggled(NOTHING_SELECTED, 0), 2);
  const longer = extendSelection(before, rows, -1, 4);
  expect(names(longer)).toBe("a c d%20e f");
  expect(names(extendSelection(longer, rows, -1, 3))).toBe("a c d%20e");
  expect(names(extendSelection(longer, rows, -1, 1))).toBe("a b c");
});

test("without such an entry a range begins at the current row, or where it ends", () => {
  expect(names(extendSelection(NOTHING_SELECTED, rows, 1, 2))).toBe("b c");
  expect(names(extendSelection(NOTHING_SELECTED, rows, -1, 2))).toBe("c");
  expect(extendSelection(NOTHING_SELECTED, [], -1, 0)).toBe(NOTHING_SELECTED);
  expect(names(extendSelection(toggled(NOTHING_SELECTED, 0), rows.slice(1), -1, 1))).toBe("c");
});

test("all that is shown is selected besides the rest, and what is no longer listed is dropped", () => {
  const all = selectAll(toggled(NOTHING_SELECTED, 0), rows.slice(3));
  expect(names(all)).toBe("a d%20e f");
  expect(names(keepListed(all, rows.slice(0, 4)))).toBe("a d%20e");
  expect(keepListed(NOTHING_SELECTED, rows)).toBe(NOTHING_SELECTED);
});
