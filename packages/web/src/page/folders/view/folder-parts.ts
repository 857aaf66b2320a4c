/* The parts of a shared folder's page: created once, and put where they belong. */
import { byId, create } from "../../view/dom.ts";
import { saveFrom } from "../../view/save.ts";
import { downloadUrl, type PageState } from "../../state/page-state.ts";
import type { FolderEvent, FolderState } from "../folder-state.ts";
import type { Entry } from "../list/listing.ts";
import { createPictureView } from "../pictures/picture-view.ts";
import { createSaving, folderPicker, type Saving, type SavingOptions } from "../save/saving.ts";
import { folderThumbnails } from "../thumbnails/folder-thumbnails.ts";
import { ROOT_PATH } from "../tree-path.ts";
import { createCrumbsView } from "./crumbs-view.ts";
import type { EntriesView } from "./entries-view.ts";
import { createGridView } from "./grid-view.ts";
import type { KeyAction } from "./keyboard.ts";
import { createListView } from "./list-view.ts";
import { createMessageView } from "./message-view.ts";
import { createSelectionView } from "./selection-view.ts";
import { createSiblingsView } from "./siblings-view.ts";
import { createTextView } from "./text-view.ts";
import { createToolbarView } from "./toolbar-view.ts";

export interface FolderHandlers extends Pick<SavingOptions, "ask"> {
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

export interface Parts {
  /** Holds what is shown of a folder, and is hidden while a file is shown. */
  readonly section: HTMLElement;
  readonly list: EntriesView;
  readonly grid: EntriesView;
  readonly toolbar: ReturnType<typeof createToolbarView>;
  readonly selection: ReturnType<typeof createSelectionView>;
  readonly message: ReturnType<typeof createMessageView>;
  readonly above: ReturnType<typeof createCrumbsView>;
  readonly siblings: ReturnType<typeof createSiblingsView>;
  readonly text: ReturnType<typeof createTextView>;
  readonly picture: ReturnType<typeof createPictureView>;
  /** Undefined where the browser lets no page write into a folder. */
  readonly saving: Saving | undefined;
}

export interface Actions {
  readonly shown: () => ShownFolderView | undefined;
  readonly entries: () => EntriesView;
  readonly act: (action: KeyAction) => void;
  readonly goToSibling: (to: "previous" | "next") => void;
}

/** Creates the parts, and puts them on the page. */
export function createParts(handlers: FolderHandlers, { shown, entries, act, goToSibling }: Actions): Parts {
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
    onLayout: (layout) => {
      onEvent({ type: "layout", layout });
      // The button that was pressed is hidden now.
      entries().element.focus();
    },
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

function createSavingPart({ ask }: FolderHandlers, shown: Actions["shown"]): Saving | undefined {
  const pick = folderPicker();
  if (!pick) return undefined;
  const saving = createSaving({ ask, pick, now: () => shown() });
  byId("actions", HTMLDivElement).append(saving.button);
  byId("downloads", HTMLUListElement).after(saving.progress);
  return saving;
}
