/* Puts the parts of a shared folder on the page: the folders above, the entries, and what is below a file. */
import { byId } from "../../view/dom.ts";
import { fileUrl, type PageState } from "../../state/page-state.ts";
import { crumbs } from "../folder-model.ts";
import { currentEntry, type FolderState } from "../folder-state.ts";
import { entryPath } from "../list/listing.ts";
import type { ShownPicture } from "../pictures/picture-view.ts";
import { siblingsOf } from "../list/siblings.ts";
import { parentPath, ROOT_PATH } from "../tree-path.ts";
import type { EntriesView } from "./entries-view.ts";
import { createParts, type FolderHandlers, type ShownFolderView } from "./folder-parts.ts";
import { createKeyboard, type KeyAction } from "./keyboard.ts";
import { renderEntries } from "./render-entries.ts";
import type { ShownText } from "./text-view.ts";

export function createFolderView(handlers: FolderHandlers): (shown: ShownFolderView) => void {
  const { onGo, onEvent } = handlers;
  let shown: ShownFolderView | undefined;
  const heading = byId("heading", HTMLHeadingElement);
  // Gets the focus when a file replaces the list.
  heading.tabIndex = -1;

  const act = (action: KeyAction): void => {
    if (!shown) return;
    const { state } = shown;
    const entry = currentEntry(state);
    if (action.do === "move" || action.do === "extend") onEvent({ type: action.do, index: action.index });
    else if (action.do === "toggle") onEvent({ type: "toggle", index: state.current });
    else if (action.do === "select-all" || action.do === "select-none") onEvent({ type: action.do });
    else if (action.do === "open" && entry) onGo(entryPath(state.folder?.path ?? ROOT_PATH, entry));
    else if (action.do === "parent" && state.path !== ROOT_PATH) onGo(parentPath(state.path));
    else if (action.do === "filter") parts.toolbar.field.focus();
    else if (action.do === "enlarge") onEvent({ type: "enlarge", enlarged: true });
    else if (action.do === "previous" || action.do === "next") goToSibling(action.do);
  };
  const goToSibling = (to: "previous" | "next"): void => {
    const { file, rows } = shown?.state ?? {};
    handlers.onSibling(file && rows && siblingsOf(rows, file)?.[to]);
  };
  const entries = (): EntriesView => (shown?.state.layout === "grid" ? parts.grid : parts.list);
  const parts = createParts(handlers, { shown: () => shown, entries, act, goToSibling });
  const keyboard = createKeyboard();
  document.addEventListener("keydown", (event) => {
    const list = entries();
    if (!shown || shown.state.enlarged || event.defaultPrevented || event.isComposing || usesKeys(event.target, list.element)) return;
    const action = keyboard(event, shown.state, list.shape(), performance.now());
    if (!action) return;
    event.preventDefault();
    if (action.do === "move" || action.do === "extend") list.element.focus();
    act(action);
  });
  // The event doesn't bubble; its capture phase passes the element around the player.
  byId("player", HTMLDivElement).addEventListener("ended", handlers.onEnded, true);

  return (next) => {
    const before = shown?.state;
    shown = next;
    const { state, page, name } = next;
    const { file } = page;
    const siblings = file && state.file ? siblingsOf(state.rows, state.file) : undefined;
    renderEntries(parts, next, before, heading.textContent);
    parts.above.render(crumbs(name, state.path));
    parts.siblings.render(siblings);
    parts.text.render(textOf(page));
    parts.picture.render(pictureOf(next, siblings));
    parts.saving?.render();
    moveFocus(before, state);
  };

  /** Keeps the focus on what is shown when a file replaces the list, and the other way round. */
  function moveFocus(before: FolderState | undefined, next: FolderState): void {
    const focused = document.activeElement;
    if (!before || before.phase === next.phase || (focused !== document.body && focused !== heading)) return;
    if (next.phase === "file") heading.focus({ preventScroll: true });
    else if (next.phase === "folder" && before.folder) entries().element.focus({ preventScroll: true });
  }
}

/** The text to be shown, if the file is one. */
function textOf({ file, worker }: PageState): ShownText | undefined {
  if (!file?.place?.text || file.size === 0 || worker.phase !== "ready") return undefined;
  return { url: fileUrl(worker, file), size: file.size, title: file.name };
}

/** The picture to be shown, if the file is one. */
function pictureOf({ state, page }: ShownFolderView, siblings: ShownPicture["siblings"]): ShownPicture | undefined {
  const { file, worker, media } = page;
  if (!file?.place?.picture) return undefined;
  const url = media.phase === "open" && worker.phase === "ready" ? fileUrl(worker, file) : undefined;
  return { name: file.name, url, failed: media.phase === "failed", enlarged: state.enlarged, siblings };
}

/** Whether an element uses keys itself: fields, players, buttons and links. */
function usesKeys(target: EventTarget | null, list: HTMLElement): boolean {
  if (target === list || !(target instanceof Element)) return false;
  return target.closest("input, select, textarea, video, audio, iframe, button, a, pre") !== null;
}
