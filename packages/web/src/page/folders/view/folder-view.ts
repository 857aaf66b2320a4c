/* Puts the parts of a shared folder on the page: the folders above, the list, and what is below a file. */
import { byId, create } from "../../view/dom.ts";
import { fileUrl, type PageState } from "../../state/page-state.ts";
import { crumbs, listMessage, rowsText } from "../folder-model.ts";
import { type FolderEvent, type FolderState, selectedEntry } from "../folder-state.ts";
import { type Entry, entryPath } from "../list/listing.ts";
import { Positions } from "../positions.ts";
import { siblingsOf } from "../list/siblings.ts";
import { parentPath, ROOT_PATH } from "../tree-path.ts";
import { createCrumbsView } from "./crumbs-view.ts";
import { followMedia } from "./follow-media.ts";
import { createKeyboard, type KeyAction } from "./keyboard.ts";
import { createListView } from "./list-view.ts";
import { createMessageView } from "./message-view.ts";
import { createSiblingsView } from "./siblings-view.ts";
import { createTextView, type ShownText } from "./text-view.ts";
import { createToolbarView } from "./toolbar-view.ts";

export interface FolderHandlers {
  readonly share: string;
  readonly hrefOf: (path: string) => string;
  readonly onGo: (path: string) => void;
  readonly onSibling: (file: Entry | undefined) => void;
  /** A film or a track has ended. */
  readonly onEnded: () => void;
  readonly onRefresh: () => void;
  readonly onEvent: (event: FolderEvent) => void;
}

export interface ShownFolderView {
  readonly state: FolderState;
  readonly page: PageState;
  /** The share's name, ready to be displayed. */
  readonly name: string;
}

export function createFolderView(handlers: FolderHandlers): (shown: ShownFolderView) => void {
  const { share, hrefOf, onGo, onEvent } = handlers;
  let state: FolderState | undefined;
  const heading = byId("heading", HTMLHeadingElement);
  // Gets the focus when a file replaces the list.
  heading.tabIndex = -1;
  const section = create("section", "folder");
  section.setAttribute("aria-label", "Content of the folder");
  const list = createListView({
    hrefOf,
    onGo,
    onSort: (key) => onEvent({ type: "sort", key }),
    onSelect: (index) => onEvent({ type: "select", index }),
  });
  const toolbar = createToolbarView({
    onFilter: (text) => onEvent({ type: "filter", text }),
    onRefresh: handlers.onRefresh,
    onLeave: (how) => {
      if (how === "escape") onEvent({ type: "filter", text: "" });
      else if (state && state.selected < 0) onEvent({ type: "select", index: 0 });
      list.element.focus();
      if (how === "enter") act({ do: "open" });
    },
  });
  const message = createMessageView((action) => {
    if (action === "retry") handlers.onRefresh();
    else if (action === "root") onGo(ROOT_PATH);
    else onEvent({ type: "filter", text: "" });
  });
  const above = createCrumbsView(hrefOf, onGo);
  const siblings = createSiblingsView(handlers.onSibling);
  const text = createTextView();
  const follow = followMedia(byId("player", HTMLDivElement), new Positions(() => localStorage), handlers.onEnded);
  section.append(toolbar.element, list.element, message.element);
  byId("share", HTMLElement).prepend(above.element);
  byId("stage", HTMLDivElement).after(text.element, siblings.element);
  byId("notice", HTMLParagraphElement).after(section);

  const act = (action: KeyAction): void => {
    if (!state) return;
    const { folder, file, path, rows } = state;
    const entry = selectedEntry(state);
    if (action.do === "select") onEvent({ type: "select", index: action.index });
    else if (action.do === "open" && entry) onGo(entryPath(folder?.path ?? ROOT_PATH, entry));
    else if (action.do === "parent" && path !== ROOT_PATH) onGo(parentPath(path));
    else if (action.do === "filter") toolbar.field.focus();
    else if (action.do === "previous" || action.do === "next") handlers.onSibling(file && siblingsOf(rows, file)?.[action.do]);
  };
  const keyboard = createKeyboard();
  document.addEventListener("keydown", (event) => {
    if (!state || event.defaultPrevented || event.isComposing || usesKeys(event.target, list.element)) return;
    const action = keyboard(event, state, list.pageRows(), performance.now());
    if (!action) return;
    event.preventDefault();
    if (action.do === "select") list.element.focus();
    act(action);
  });

  return ({ state: next, page, name }) => {
    const before = state;
    state = next;
    const listed = next.folder !== undefined && !page.file && (next.phase === "folder" || next.phase === "loading");
    const empty = listMessage(next);
    section.hidden = page.file !== undefined;
    section.setAttribute("aria-busy", String(next.phase === "loading"));
    list.element.setAttribute("aria-label", `Content of ${heading.textContent}`);
    list.element.hidden = !listed || empty !== undefined;
    toolbar.element.hidden = !listed || next.folder?.listing.entries.length === 0;
    toolbar.render({ filter: next.filter, count: rowsText(next) });
    if (next !== before) list.render(next);
    message.render(page.file ? undefined : empty);
    above.render(crumbs(name, next.path));
    siblings.render(page.file && next.file ? siblingsOf(next.rows, next.file) : undefined);
    text.render(textOf(page));
    const { file } = page;
    follow(file?.place && { share, path: file.place.path, etag: file.place.etag, size: file.size });
    moveFocus(before, next);
  };

  /** Keeps the focus on what is shown when a file replaces the list, and the other way round. */
  function moveFocus(before: FolderState | undefined, next: FolderState): void {
    const focused = document.activeElement;
    if (!before || before.phase === next.phase || (focused !== document.body && focused !== heading)) return;
    if (next.phase === "file") heading.focus({ preventScroll: true });
    else if (next.phase === "folder" && before.folder) list.element.focus({ preventScroll: true });
  }
}

/** The text to be shown, if the file is one. */
function textOf({ file, worker }: PageState): ShownText | undefined {
  if (!file?.place?.text || file.size === 0 || worker.phase !== "ready") return undefined;
  return { url: fileUrl(worker, file), size: file.size, title: file.name };
}

/** Whether an element uses keys itself: fields, players, buttons and links. */
function usesKeys(target: EventTarget | null, list: HTMLElement): boolean {
  if (target === list || !(target instanceof Element)) return false;
  return target.closest("input, select, textarea, video, audio, iframe, button, a, pre") !== null;
}
