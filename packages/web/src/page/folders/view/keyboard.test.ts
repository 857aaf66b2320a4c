import { expect, test } from "vitest";
import { columnsOf } from "../../../../test/columns.ts";
import { type FolderState, nextFolderState, START } from "../folder-state.ts";
import { listingOf } from "../list/listing.ts";
import { createKeyboard, type KeyAction } from "./keyboard.ts";

const NONE = { altKey: false, ctrlKey: false, metaKey: false, shiftKey: false };
const LIST = { columns: 1, page: 2 };
const folder = (current: number): FolderState => {
  const listing = listingOf(columnsOf("alpha", "beta", "bravo", "charlie 1", "delta"));
  return { ...nextFolderState(START, { type: "listed", path: "", listing }), current };
};

/** Presses keys one after the other, each the given time after the one before it. */
function press(state: FolderState, keys: readonly string[], everyMs = 100): (KeyAction | undefined)[] {
  const keyboard = createKeyboard();
  return keys.map((key, index) => keyboard({ ...NONE, key }, state, LIST, 1000 + index * everyMs));
}

test.each<[string, number, KeyAction | undefined]>([
  ["ArrowDown", -1, { do: "move", index: 0 }],
  ["ArrowDown", 4, { do: "move", index: 4 }],
  ["ArrowUp", 1, { do: "move", index: 0 }],
  ["PageDown", 1, { do: "move", index: 3 }],
  ["PageUp", 1, { do: "move", index: 0 }],
  ["Home", 3, { do: "move", index: 0 }],
  ["End", 0, { do: "move", index: 4 }],
  ["Enter", 1, { do: "open" }],
  ["Enter", -1, undefined],
  ["Backspace", 1, { do: "parent" }],
  ["/", 1, { do: "filter" }],
  ["Tab", 1, undefined],
])("%s with row %i current", (key, current, expected) => {
  expect(press(folder(current), [key])).toEqual([expected]);
});

test("letters lead to the next name that begins with them; the same one again goes on", () => {
  expect(press(folder(0), ["b", "r"])).toEqual([
    { do: "move", index: 1 },
    { do: "move", index: 2 },
  ]);
  expect(press(folder(1), ["b"])).toEqual([{ do: "move", index: 2 }]);
  expect(press(folder(0), ["b", "c"], 1000)).toEqual([
    { do: "move", index: 1 },
    { do: "move", index: 3 },
  ]);
  expect(press(folder(-1), ["x"])).toEqual([undefined]);
  expect(press(folder(0), Array.from("charlie 1")).at(-1)).toEqual({ do: "move", index: 3 });
});

test("another key ends a name that is being typed", () => {
  expect(press(folder(0), ["b", "Home", "c"]).at(-1)).toEqual({ do: "move", index: 3 });
});

test("keys with a modifier are the browser's, but for the one that leads up", () => {
  const keyboard = createKeyboard();
  expect(keyboard({ ...NONE, key: "ArrowUp", altKey: true }, folder(0), LIST, 0)).toEqual({ do: "parent" });
  expect(keyboard({ ...NONE, key: "ArrowDown", ctrlKey: true }, folder(0), LIST, 0)).toBeUndefined();
});

test("beside a picture, arrows lead to the next one; a player keeps its keys", () => {
  const [picture, film] = listingOf(columnsOf("a.jpg", "b.mp4")).entries;
  if (!picture || !film) throw new Error("both are listed");
  const shown = (file: typeof picture): FolderState => ({ ...folder(-1), phase: "file", file });
  expect(press(shown(picture), ["ArrowLeft", "ArrowRight", "Enter", "Escape", "x"])).toEqual([
    { do: "previous" },
    { do: "next" },
    { do: "enlarge" },
    { do: "parent" },
    undefined,
  ]);
  expect(press(shown(film), ["ArrowLeft", "ArrowRight"])).toEqual([undefined, undefined]);
});

test("rows are selected by the space bar, with Shift, and all at once; Escape ends that", () => {
  const keyboard = createKeyboard();
  const keys = (state: FolderState, key: string, more: object = {}): KeyAction | undefined =>
    keyboard({ ...NONE, key, ...more }, state, LIST, 0);
  expect(keys(folder(1), " ")).toEqual({ do: "toggle" });
  expect(keys(folder(-1), " ")).toBeUndefined();
  expect(keys(folder(1), "ArrowDown", { shiftKey: true })).toEqual({ do: "extend", index: 2 });
  expect(keys(folder(1), "a", { ctrlKey: true })).toEqual({ do: "select-all" });
  expect(keys(folder(1), "a", { metaKey: true })).toEqual({ do: "select-all" });
  expect(keys(folder(1), "Escape")).toBeUndefined();
  expect(keys(nextFolderState(folder(1), { type: "toggle", index: 0 }), "Escape")).toEqual({ do: "select-none" });
});

test.each<[string, number, number]>([
  ["ArrowRight", 0, 1],
  ["ArrowLeft", 0, 0],
  ["ArrowDown", 0, 3],
  ["ArrowDown", 3, 3],
  ["ArrowDown", -1, 0],
  ["ArrowUp", 4, 1],
  ["ArrowUp", 2, 2],
])("among pictures beside each other, %s leads from %i to %i", (key, current, index) => {
  expect(createKeyboard()({ ...NONE, key }, folder(current), { columns: 3, page: 6 }, 0)).toEqual({ do: "move", index });
});
