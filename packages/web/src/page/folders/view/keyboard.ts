/* What each key does while a shared folder is on the page. */
import { findByStart } from "../list/filter-entries.ts";
import { type FolderState, currentEntry } from "../folder-state.ts";

export type KeyAction =
  /** Goes to a row, or selects all rows up to it. */
  | { readonly do: "move" | "extend"; readonly index: number }
  /** Selects the current row, or no longer. */
  | { readonly do: "toggle" }
  | { readonly do: "select-all" | "select-none" }
  /** Opens the current row. */
  | { readonly do: "open" }
  /** Lets the picture fill the window. */
  | { readonly do: "enlarge" }
  | { readonly do: "parent" }
  | { readonly do: "filter" }
  | { readonly do: "previous" | "next" };

export interface KeyPress {
  readonly key: string;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
}

/** How entries are laid out. */
export interface Shape {
  /** Entries beside each other. */
  readonly columns: number;
  /** Number of entries by which a page is turned. */
  readonly page: number;
}

/** Letters that are typed within this time of one another begin one name, milliseconds. */
const TYPE_AHEAD_MS = 700;

/** @param nowMs the time of the call */
export type Keyboard = (press: KeyPress, state: FolderState, shape: Shape, nowMs: number) => KeyAction | undefined;

export function createKeyboard(): Keyboard {
  let typed = "";
  let typedAtMs = -Infinity;
  const typeAhead = (letter: string, state: FolderState, nowMs: number): KeyAction | undefined => {
    const more = nowMs - typedAtMs < TYPE_AHEAD_MS;
    typed = more ? typed + letter : letter;
    typedAtMs = nowMs;
    // The same letter again goes on to the next name that begins with it.
    const index = findByStart(state.rows, typed, more ? Math.max(0, state.current) : state.current + 1);
    return index < 0 ? undefined : { do: "move", index };
  };
  return (press, state, shape, nowMs) => {
    const { key, altKey, ctrlKey, metaKey, shiftKey } = press;
    if (altKey && key === "ArrowUp") return { do: "parent" };
    if (key === "a" && ctrlKey !== metaKey && !altKey && state.phase === "folder") return { do: "select-all" };
    if (altKey || ctrlKey || metaKey) return undefined;
    const typing = nowMs - typedAtMs < TYPE_AHEAD_MS;
    if (key === "/" && !typing) return { do: "filter" };
    // Any other key ends a name that is being typed.
    if (key.length > 1) typedAtMs = -Infinity;
    if (key === "Backspace") return { do: "parent" };
    if (state.phase === "file") return fileKey(key, state);
    const index = target(key, state, shape);
    if (index !== undefined) return { do: shiftKey ? "extend" : "move", index };
    if (key === "Enter") return currentEntry(state) ? { do: "open" } : undefined;
    if (key === "Escape") return state.selection.names.size > 0 ? { do: "select-none" } : undefined;
    if (key === " " && !typing) return currentEntry(state) ? { do: "toggle" } : undefined;
    return key.length === 1 ? typeAhead(key, state, nowMs) : undefined;
  };
}

/** The row to which a key leads. */
function target(key: string, { rows, current }: FolderState, { columns, page }: Shape): number | undefined {
  const within = (index: number): number => Math.max(0, Math.min(index, rows.length - 1));
  // No row is current before the first key.
  const down = current < 0 ? 0 : current + columns;
  if (key === "ArrowDown") return down < rows.length ? down : within(current);
  if (key === "ArrowUp") return current < columns ? within(current) : current - columns;
  if (key === "ArrowRight" && columns > 1) return within(current + 1);
  if (key === "ArrowLeft" && columns > 1) return within(current - 1);
  if (key === "PageDown") return within(current + page);
  if (key === "PageUp") return within(current - page);
  if (key === "Home") return 0;
  return key === "End" ? within(rows.length - 1) : undefined;
}

function fileKey(key: string, { file }: FolderState): KeyAction | undefined {
  if (key === "Escape") return { do: "parent" };
  // A player uses these keys itself.
  if (file?.kind !== "image") return undefined;
  if (key === "Enter") return { do: "enlarge" };
  if (key === "ArrowLeft") return { do: "previous" };
  return key === "ArrowRight" ? { do: "next" } : undefined;
}
