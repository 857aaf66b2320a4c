/* Browsing a shared folder. A script of its own, loaded only for shares that are folders: it connects the visits with the view and the browser's history. */
import { displayName } from "@rangecast/http";
import type { FolderShare } from "../../shared/messages/folder-messages.ts";
import { linkOf } from "../address.ts";
import type { PageState } from "../state/page-state.ts";
import type { Store } from "../store.ts";
import { hashWithPath, pathOfHash } from "./address-path.ts";
import { type Entry, entryPath } from "./list/listing.ts";
import { loadStyle } from "../view/load-style.ts";
import { type Siblings, siblingsOf } from "./list/siblings.ts";
import { createFolderView } from "./view/folder-view.ts";
import styleUrl from "./view/folder.css?url";
import { type VisitOptions, Visits, type VisitsOptions } from "./visits.ts";

export interface BrowseOptions extends Pick<VisitsOptions, "ask"> {
  readonly store: Store;
}

export interface FolderBrowser {
  /** Shows the page's state, whenever it has changed. */
  readonly show: (state: PageState) => void;
  /** The host serves the folder from now on. @param version of the session's file, as in the URLs of its tree */
  readonly setShare: (version: string, share: FolderShare) => void;
  /** Opens the film or track before or after the one that is shown, if there is one. */
  readonly goToSibling: (which: keyof Pick<Siblings, "previous" | "next">) => void;
}

/** How long a page must have been hidden for a folder to be listed again when it is shown, milliseconds. */
const STALE_AFTER_MS = 5_000;

export async function startBrowsing({ ask, store }: BrowseOptions): Promise<FolderBrowser> {
  await loadStyle(styleUrl);
  const visits = new Visits({ ask, store, onChange: () => show(store.state) });
  const go = (path: string, how: VisitOptions, replace = false): void => {
    const hash = hashWithPath(location.hash, path);
    if (replace || hash === location.hash) history.replaceState(history.state, "", hash);
    else history.pushState(null, "", hash);
    void visits.visit(path, how);
  };
  /** In place of the file before it, so that "back" leads to the folder. */
  const goToSibling = (file: Entry | undefined): void => {
    const { folder } = visits.state;
    if (file && folder) go(entryPath(folder.path, file), { play: true, enlarge: visits.state.enlarged }, true);
  };
  const sibling = (which: "previous" | "next"): void => {
    const { file, rows } = visits.state;
    goToSibling(file && siblingsOf(rows, file)?.[which]);
  };
  const refresh = (): void => void visits.visit(visits.state.path, { fresh: true });
  /** The entry before the present one in the browser's history is the folder from which the file was opened. */
  let openedFromFolder = false;
  const view = createFolderView({
    ask,
    hrefOf: (path) => hashWithPath(location.hash, path),
    onGo: (path) => {
      openedFromFolder = visits.state.phase === "folder";
      go(path, { play: true });
    },
    onSibling: goToSibling,
    onPictureClosed: () => {
      visits.apply({ type: "enlarge", enlarged: false });
      if (openedFromFolder) history.back();
    },
    onPictureFailed: () =>
      store.dispatch({ type: "media-failed", way: "as-is", reason: store.state.connection.phase === "connected" ? "format" : "network" }),
    onEnded: () => sibling("next"),
    onRefresh: refresh,
    onEvent: (event) => visits.apply(event),
  });
  const show = (page: PageState): void => {
    view({ state: visits.state, page, name: visits.root?.name ?? "", zip: visits.root?.zip ?? false });
    visits.recheck(page);
  };

  followHistory((path) => {
    openedFromFolder = false;
    void visits.visit(path);
  });
  followVisibility(() => {
    if (visits.state.phase === "folder") refresh();
  });
  return {
    show,
    goToSibling: sibling,
    setShare: (version, { name, zip }) => {
      const before = visits.root?.version;
      if (before === version) return;
      visits.setRoot({ version, name: displayName(name), zip });
      void visits.visit(before === undefined ? pathOfHash(location.hash) : visits.state.path, { fresh: true });
    },
  };
}

/** Calls back with the path of the address when the viewer goes back or forward, or edits it. */
function followHistory(onPath: (path: string | undefined) => void): void {
  const link = linkOf(location.hash);
  window.addEventListener("popstate", () => {
    // Another link is opened by reloading the page (app.ts).
    if (linkOf(location.hash) === link) onPath(pathOfHash(location.hash));
  });
}

function followVisibility(onStale: () => void): void {
  let hiddenAt = Infinity;
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") hiddenAt = performance.now();
    else if (performance.now() - hiddenAt > STALE_AFTER_MS) onStale();
  });
}
