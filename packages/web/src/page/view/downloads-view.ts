import { byId, create, setText } from "./dom.ts";
import type { DownloadRow } from "./view-model.ts";

interface Row {
  readonly item: HTMLLIElement;
  readonly label: HTMLElement;
  readonly detail: HTMLElement;
  readonly bar: HTMLProgressElement;
}

/** The list of downloads. Rows are reused, so that a screen reader announces only that a download ended. */
export function createDownloadsView(): (rows: readonly DownloadRow[]) => void {
  const list = byId("downloads", HTMLUListElement);
  const shown = new Map<number, Row>();
  return (rows) => {
    list.hidden = rows.length === 0;
    const ids = new Set(rows.map(({ id }) => id));
    for (const [id, row] of shown) {
      if (ids.has(id)) continue;
      row.item.remove();
      shown.delete(id);
    }
    for (const { id, tone, label, detail, share } of rows) {
      const row = shown.get(id) ?? createRow();
      if (!shown.has(id)) list.append(row.item);
      shown.set(id, row);
      row.item.dataset["tone"] = tone;
      setText(row.label, label);
      setText(row.detail, detail);
      row.bar.hidden = share === undefined;
      row.bar.value = share ?? 0;
    }
  };
}

function createRow(): Row {
  const item = create("li", "download");
  const label = create("strong", "");
  label.setAttribute("role", "status");
  const detail = create("span", "download-detail");
  const bar = create("progress", "");
  bar.max = 1;
  bar.setAttribute("aria-label", "Download progress");
  item.append(label, detail, bar);
  return { item, label, detail, bar };
}
