/* What each key does while a shared folder is on the page. */
import { findByStart } from "../list/filter-entries.ts";
import { type FolderState, selectedEntry } from "../folder-state.ts";

export type KeyAction =
  | { readonly do: "select"; readonly index: number }
  /** Opens the selected entry. */
  | { readonly do: "open" }
  | { readonly do: "parent" }
  | { readonly do: "filter" }
  | { readonly do: "previous" | "next" };

export interface KeyPress {
  readonly key: string;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}

/** Letters that are typed within this time of one another begin one name, milliseconds. */
const TYPE_AHEAD_MS = 700;

/** @param pageRows number of rows that fit into the view @param nowMs the time of the call */
export type Keyboard = (press: KeyPress, state: FolderState, pageRows: number, nowMs: number) => KeyAction | undefined;

export function createKeyboard(): Keyboard {
  let typed = "";
  let typedAtMs = -Infinity;
  const typeAhead = (letter: string, state: FolderState, nowMs: number): KeyAction | undefined => {
    const more = nowMs - typedAtMs < TYPE_AHEAD_MS;
    typed = more ? typed + letter : letter;
    typedAtMs = nowMs;
    // The same letter again goes on to the next name that begins with it.
    const index = findByStart(state.rows, typed, more ? Math.max(0, state.selected) : state.selected + 1);
    return index < 0 ? undefined : { do: "select", index };
  };
  return (press, state, pageRows, nowMs) => {
    const { key, altKey, ctrlKey, metaKey } = press;
    if (altKey && key === "ArrowUp") return { do: "parent" };
    if (altKey || ctrlKey || metaKey) return undefined;
    const typing = nowMs - typedAtMs < TYPE_AHEAD_MS;
    if (key === "/" && !typing) return { do: "filter" };
    // Any other key ends a name that is being typed.
    if (key.length > 1) typedAtMs = -Infinity;
    if (key === "Backspace") return { do: "parent" };
    if (state.phase === "file") return fileKey(key, state);
    const { rows, selected } = state;
    const to = (index: number): KeyAction => ({ do: "select", index: Math.max(0, Math.min(index, rows.length - 1)) });
    if (key === "ArrowDown") return to(selected + 1);
    if (key === "ArrowUp") return to(selected - 1);
    if (key === "PageDown") return to(selected + pageRows);
    if (key === "PageUp") return to(selected - pageRows);
    if (key === "Home") return to(0);
    if (key === "End") return to(rows.length - 1);
    if (key === "Enter") return selectedEntry(state) ? { do: "open" } : undefined;
    return key.length === 1 && (key !== " " || typing) ? typeAhead(key, state, nowMs) : undefined;
  };
}

function fileKey(key: string, { file }: FolderState): KeyAction | undefined {
  if (key === "Escape") return { do: "parent" };
  // A player uses these keys itself.
  if (file?.kind !== "image") return undefined;
  if (key === "ArrowLeft") return { do: "previous" };
  return key === "ArrowRight" ? { do: "next" } : undefined;
}
