/* The button that saves a folder into one of this computer, where the browser lets a page do that, and what comes of it. */
import { RateMeter } from "@rangecast/base";
import type { Answer, FolderQuestion } from "../../../shared/messages/folder-messages.ts";
import { formatPathUrl, SESSION_FILE_ID } from "../../../shared/resource-url.ts";
import type { PageState } from "../../state/page-state.ts";
import { createStayAwake } from "../../stay-awake.ts";
import { create, setText } from "../../view/dom.ts";
import { createIcon } from "../view/icons.ts";
import { folderName } from "../folder-model.ts";
import type { FolderState } from "../folder-state.ts";
import type { LocalFolder } from "./local-folder.ts";
import { nextSaveState, phaseAfter, type SaveState, shownSave, startOfSaving } from "./save-state.ts";
import { createSaveView } from "./save-view.ts";

/** Asks the person at this computer for a folder. Rejects if they choose none. */
export type PickFolder = () => Promise<LocalFolder>;

export interface SavingOptions {
  readonly ask: (question: FolderQuestion, signal: AbortSignal) => Promise<Answer>;
  readonly pick: PickFolder;
  /** What is shown now. Undefined: nothing yet. */
  readonly now: () => { readonly page: PageState; readonly state: FolderState; readonly name: string } | undefined;
}

export interface Saving {
  readonly button: HTMLButtonElement;
  readonly progress: HTMLElement;
  /** Shows the button for what is shown and selected. */
  readonly render: () => void;
}

/** A rate is measured over this time, milliseconds; and the shortest time between two views of the progress. */
const RATE_SPAN_MS = 4_000;
const VIEW_INTERVAL_MS = 250;

/** The browser's own, if it has one. */
export function folderPicker(): PickFolder | undefined {
  const { showDirectoryPicker } = window as { showDirectoryPicker?: (options: object) => Promise<LocalFolder> };
  return showDirectoryPicker && (() => showDirectoryPicker.call(window, { id: "rangecast", mode: "readwrite" }));
}

export function createSaving({ ask, pick, now }: SavingOptions): Saving {
  const button = create("button", "button");
  button.type = "button";
  const label = create("span", "");
  button.append(createIcon("folder"), label);
  const stayAwake = createStayAwake();
  let save: SaveState | undefined;
  let stop = new AbortController();
  const view = createSaveView(
    () => stop.abort(new Error("the viewer stopped it")),
    () => show(undefined),
  );
  const show = (next: SaveState | undefined): void => {
    save = next;
    view.render(save && shownSave(save));
    stayAwake(save?.phase === "running");
    render();
  };
  const render = (): void => {
    const shown = now();
    if (!shown) return;
    const { page, state } = shown;
    const { names } = state.selection;
    button.hidden = page.file !== undefined || state.phase !== "folder" || state.folder?.listing.entries.length === 0;
    button.disabled = page.worker.phase !== "ready" || save?.phase === "running";
    setText(label, names.size === 0 ? "Save into a folder" : `Save ${names.size} into a folder`);
  };

  const start = async (): Promise<void> => {
    const shown = now();
    if (!shown) return;
    const { state } = shown;
    const path = state.folder?.path ?? "";
    const name = folderName(shown.name, path);
    const names = state.selection.names.size === 0 ? undefined : state.selection.names;
    const picked = await pick().catch(() => undefined);
    if (!picked) return;
    stop = new AbortController();
    const { signal } = stop;
    const meter = new RateMeter(RATE_SPAN_MS);
    meter.sample(0, performance.now());
    let shownAt = 0;
    let progress = startOfSaving(picked.name === name ? name : `${picked.name}/${name}`);
    show(progress);
    try {
      const { saveSharedFolder } = await import("./save-shared-folder.ts");
      await saveSharedFolder({
        ask,
        urlOf: (file, etag) => urlOf(now()?.page, file, etag),
        picked,
        name,
        path,
        names,
        signal,
        onProgress: (event) => {
          progress = nextSaveState(progress, event);
          const at = performance.now();
          if (at - shownAt < VIEW_INTERVAL_MS) return;
          shownAt = at;
          progress = { ...progress, bytesPerSecond: meter.sample(progress.bytes, at) };
          show(progress);
        },
      });
      show({ ...progress, phase: "done" });
    } catch (error) {
      show({ ...progress, phase: phaseAfter(error, signal.aborted) });
    }
  };
  button.addEventListener("click", () => void start());
  show(undefined);
  return { button, progress: view.element, render };
}

function urlOf(page: PageState | undefined, path: string, etag: string | undefined): string | undefined {
  const { worker, folder } = page ?? {};
  if (worker?.phase !== "ready" || !folder) return undefined;
  const { clientId, share, base } = worker;
  return formatPathUrl({ clientId, share, resource: SESSION_FILE_ID, version: folder.version }, path, { base, background: true, etag });
}
