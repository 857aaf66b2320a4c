/* Puts the parts of a shared folder on the page: the folders above, the entries, and what is below a file. */
import { byId, create } from "../../view/dom.ts";
import { saveFrom } from "../../view/save.ts";
import { downloadUrl, fileUrl, type PageState } from "../../state/page-state.ts";
import { crumbs, listMessage, rowsText, selectionText } from "../folder-model.ts";
import { currentEntry, type FolderEvent, type FolderState } from "../folder-state.ts";
import { type Entry, entryPath } from "../list/listing.ts";
import { createPictureView, type ShownPicture } from "../pictures/picture-view.ts";
import { Positions } from "../positions.ts";
import { siblingsOf } from "../list/siblings.ts";
import { createSaving, folderPicker, type Saving, type SavingOptions } from "../save/saving.ts";
import { folderThumbnails } from "../thumbnails/folder-thumbnails.ts";
import { parentPath, ROOT_PATH } from "../tree-path.ts";
import { createCrumbsView } from "./crumbs-view.ts";
import type { EntriesView } from "./entries-view.ts";
import { followMedia } from "./follow-media.ts";
import { createGridView } from "./grid-view.ts";
import { createKeyboard, type KeyAction } from "./keyboard.ts";
import { createListView } from "./list-view.ts";
import { createMessageView } from "./message-view.ts";
import { createSelectionView } from "./selection-view.ts";
import { createSiblingsView } from "./siblings-view.ts";
import { createTextView, type ShownText } from "./text-view.ts";
import { createToolbarView } from "./toolbar-view.ts";

export interface FolderHandlers extends Pick<SavingOptions, "ask"> {
  readonly share: string;
  readonly hrefOf: (path: string) => string;
  readonly onGo: (path: string) => void;
  readonly onSibling: (file: Entry | undefined) => void;
  /** A film or a track has ended. */
  readonly onEnded: () => void;
  /** The viewer closed the picture that filled the window. */
  readonly onPictureClosed: () => void;
  readonly onPictureFailed: () => void;
  readonly onRefresh: () => void;
  readonly onEvent: (event: FolderEvent) => void;
}

export interface ShownFolderView {
  readonly state: FolderState;
  readonly page: PageState;
  /** The share's name, ready to be displayed. */
  readonly name: string;
  /** Whether the host makes zips. */
  readonly zip: boolean;
}

export function createFolderView(handlers: FolderHandlers): (shown: ShownFolderView) => void {
  const { share, onGo, onEvent } = handlers;
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
  const follow = followMedia(byId("player", HTMLDivElement), new Positions(() => localStorage), handlers.onEnded);

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
    follow(file?.place && { share, path: file.place.path, etag: file.place.etag, size: file.size });
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

type Parts = ReturnType<typeof createParts>;

interface Actions {
  readonly shown: () => ShownFolderView | undefined;
  readonly entries: () => EntriesView;
  readonly act: (action: KeyAction) => void;
  readonly goToSibling: (to: "previous" | "next") => void;
}

/** Creates the parts, and puts them on the page. */
function createParts(handlers: FolderHandlers, { shown, entries, act, goToSibling }: Actions) {
  const { hrefOf, onGo, onEvent } = handlers;
  const section = create("section", "folder");
  section.setAttribute("aria-label", "Content of the folder");
  const entryHandlers = {
    hrefOf,
    onOpen: (index: number) => {
      onEvent({ type: "move", index });
      act({ do: "open" });
    },
    onToggle: (index: number) => onEvent({ type: "toggle", index }),
    onExtend: (index: number) => onEvent({ type: "extend", index }),
  };
  const list = createListView({ ...entryHandlers, onSort: (key) => onEvent({ type: "sort", key }) });
  const grid = createGridView({ ...entryHandlers, thumbnailOf: folderThumbnails(() => shown()?.page) });
  const toolbar = createToolbarView({
    onFilter: (text) => onEvent({ type: "filter", text }),
    onRefresh: handlers.onRefresh,
    onLayout: (layout) => onEvent({ type: "layout", layout }),
    onLeave: (how) => {
      if (how === "escape") onEvent({ type: "filter", text: "" });
      else if ((shown()?.state.current ?? 0) < 0) onEvent({ type: "move", index: 0 });
      entries().element.focus();
      if (how === "enter") act({ do: "open" });
    },
  });
  const selection = createSelectionView({ onAll: () => onEvent({ type: "select-all" }), onNone: () => onEvent({ type: "select-none" }) });
  const message = createMessageView((action) => {
    if (action === "retry") handlers.onRefresh();
    else if (action === "root") onGo(ROOT_PATH);
    else onEvent({ type: "filter", text: "" });
  });
  const above = createCrumbsView(hrefOf, onGo);
  const siblings = createSiblingsView(handlers.onSibling);
  const text = createTextView();
  const picture = createPictureView({
    onEnlarge: () => onEvent({ type: "enlarge", enlarged: true }),
    onClose: handlers.onPictureClosed,
    onFailed: handlers.onPictureFailed,
    onSibling: goToSibling,
    onDownload: () => {
      const { page } = shown() ?? {};
      const url = page && downloadUrl(page);
      if (url !== undefined) saveFrom(url);
    },
  });
  section.append(toolbar.element, selection.element, list.element, grid.element, message.element);
  byId("share", HTMLElement).prepend(above.element);
  byId("stage", HTMLDivElement).after(picture.element, text.element, siblings.element);
  byId("notice", HTMLParagraphElement).after(section);
  const saving = createSavingPart(handlers, shown);
  return { section, list, grid, toolbar, selection, message, above, siblings, text, picture, saving };
}

/** Undefined where the browser lets no page write into a folder. */
function createSavingPart({ ask }: FolderHandlers, shown: Actions["shown"]): Saving | undefined {
  const pick = folderPicker();
  if (!pick) return undefined;
  const saving = createSaving({ ask, pick, now: () => shown() });
  byId("actions", HTMLDivElement).append(saving.button);
  byId("downloads", HTMLUListElement).after(saving.progress);
  return saving;
}

function renderEntries(parts: Parts, { state, page, zip }: ShownFolderView, before: FolderState | undefined, heading: string): void {
  const { section, list, grid, toolbar, selection, message } = parts;
  const listed = state.folder !== undefined && !page.file && (state.phase === "folder" || state.phase === "loading");
  const empty = listMessage(state);
  section.hidden = page.file !== undefined;
  section.setAttribute("aria-busy", String(state.phase === "loading"));
  for (const [layout, view] of [
    ["list", list],
    ["grid", grid],
  ] as const) {
    view.element.setAttribute("aria-label", `Content of ${heading}`);
    view.element.hidden = !listed || empty !== undefined || state.layout !== layout;
    // One that was hidden shows what it missed.
    if (state.layout === layout && state !== before) view.render(state);
  }
  toolbar.element.hidden = !listed || state.folder?.listing.entries.length === 0;
  toolbar.render({ filter: state.filter, count: rowsText(state), layout: state.layout });
  selection.render(listed ? selectionText(state, zip) : undefined);
  message.render(page.file ? undefined : empty);
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
