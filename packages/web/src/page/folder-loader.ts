import { displayName } from "@rangecast/http";
import type { FolderShare } from "../shared/messages/folder-messages.ts";
import type { BrowseOptions, FolderBrowser } from "./folders/browse.ts";
import type { Store } from "./store.ts";

export interface FolderLoaderOptions extends Pick<BrowseOptions, "ask"> {
  /** Loads the script that shows folders: a share of one file doesn't need it. */
  readonly load: () => Promise<(options: BrowseOptions) => Promise<FolderBrowser>>;
  readonly store: Store;
  readonly onLoaded: (browser: FolderBrowser) => void;
}

/** @returns what to call with each version of a share that is a folder */
export function createFolderLoader(options: FolderLoaderOptions): (version: string, share: FolderShare) => void {
  const { load, store, ask, onLoaded } = options;
  let browser: Promise<FolderBrowser> | undefined;
  const start = async (): Promise<FolderBrowser> => {
    const browsing = await (await load())({ ask, store });
    onLoaded(browsing);
    return browsing;
  };
  return (version, { name, zip }) => {
    const shown = { name: displayName(name), version };
    if (browser === undefined) store.dispatch({ type: "folder", folder: { ...shown, facts: "Loading the list…" } });
    browser ??= start();
    browser.then(
      (browsing) => browsing.setShare(version, { name, zip }),
      (error: unknown) => {
        store.dispatch({ type: "folder", folder: { ...shown, facts: "The list of files could not be loaded. Reload the page." } });
        reportError(error);
      },
    );
  };
}
