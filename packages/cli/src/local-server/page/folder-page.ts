/** The page of a folder: its entries as links. */
import { displayName } from "@rangecast/http";
import { html } from "hono/html";
import { formatBytes } from "../../format.ts";
import type { ShownEntry, ShownFolder } from "../local-content.ts";
import { renderDocument } from "./document.ts";
import { isPlayed, PLAYLIST_QUERY } from "./playlist.ts";

/** The page as HTML. Names are escaped. */
export async function renderFolder(folder: ShownFolder): Promise<string> {
  const name = displayName(folder.name);
  const plays = folder.entries.some((entry) => entry.kind === "file" && isPlayed(entry.name));
  return renderDocument(
    name,
    html`<h1 dir="auto">${name}</h1>
      <p class="facts">${factsOf(folder)}</p>
      <ul class="entries">
        ${folder.isTop ? "" : html`<li><a href="../">Back to the folder above</a></li>`} ${folder.entries.map(row)}
      </ul>
      ${
        plays
          ? html`<p class="fine-print">
              For a television, VLC or another player: the <a href="${PLAYLIST_QUERY}">playlist of this folder</a>, or the address of a
              file.
            </p>`
          : ""
      }`,
  );
}

function row({ name, href, kind, size }: ShownEntry): ReturnType<typeof html> {
  const fact = kind === "folder" ? "folder" : formatBytes(size);
  return html`<li><a href="${href}" dir="auto">${displayName(name)}</a> <span class="facts">${fact}</span></li>`;
}

function factsOf({ entries, skipped }: ShownFolder): string {
  const files = entries.filter(({ kind }) => kind === "file");
  const folders = entries.length - files.length;
  const facts = [
    ...(folders > 0 ? [folders === 1 ? "1 folder" : `${folders} folders`] : []),
    files.length === 1 ? "1 file" : `${files.length} files`,
    formatBytes(files.reduce((sum, { size }) => sum + size, 0)),
    ...(skipped > 0 ? [`${skipped} not shown: links, devices, or not readable`] : []),
  ];
  return facts.join(", ");
}
