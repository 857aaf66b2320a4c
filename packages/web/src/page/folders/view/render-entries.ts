import { listMessage, rowsText, selectionText } from "../folder-model.ts";
import type { FolderState } from "../folder-state.ts";
import type { Parts, ShownFolderView } from "./folder-parts.ts";

/** Shows the entries of the folder in their layout, or why there are none, and what is selected. Hidden while a file is shown. */
export function renderEntries(parts: Parts, { state, page, zip }: ShownFolderView, before: FolderState | undefined, heading: string): void {
  const { section, list, grid, toolbar, selection, message } = parts;
  const listed = state.folder !== undefined && !page.file && (state.phase === "folder" || state.phase === "loading");
  const empty = listMessage(state);
  const sectionWasHidden = section.hidden;
  section.hidden = page.file !== undefined;
  section.setAttribute("aria-busy", String(state.phase === "loading"));
  for (const [layout, view] of [
    ["list", list],
    ["grid", grid],
  ] as const) {
    const { element } = view;
    const wasHidden = sectionWasHidden || element.hidden;
    element.setAttribute("aria-label", `Content of ${heading}`);
    element.hidden = !listed || empty !== undefined || state.layout !== layout;
    if (state.layout === layout && state !== before) view.render(state);
    if (wasHidden && !element.hidden && !section.hidden) view.reveal();
  }
  toolbar.element.hidden = !listed || state.folder?.listing.entries.length === 0;
  toolbar.render({ filter: state.filter, count: rowsText(state), layout: state.layout });
  selection.render(listed ? selectionText(state, zip) : undefined);
  message.render(page.file ? undefined : empty);
}
