/** The live block below the link: a row a viewer. Pure: state, room in, text out. */
import type { Colors } from "picocolors/types.js";
import { formatBytes, formatRate } from "../../format.ts";
import type { ViewerPath } from "./share-event.ts";
import type { ViewerRow, Viewers } from "./viewers.ts";

export interface TableRoom {
  readonly columns: number;
  readonly rows: number;
}

export const RELAY_OFFLINE = "The relay can't be reached: who watches goes on, nobody new can join. Trying again.";

const BAR_CHARACTERS = 10;
/** Narrower terminals get rows without the bar. */
const BAR_FROM_COLUMNS = 64;
/** Lines of the block that aren't viewers: heading, "and more", the last word. */
const OTHER_LINES = 4;
const MIN_VIEWER_LINES = 3;

export function viewerTable(state: Viewers, room: TableRoom, colors: Colors): string {
  const most = Math.max(MIN_VIEWER_LINES, room.rows - OTHER_LINES);
  const shown = state.rows.slice(0, most);
  const hidden = state.rows.length - shown.length;
  const lines = [heading(state, colors), ...shown.map((row) => viewerLine(row, room, colors))];
  if (hidden > 0) lines.push(colors.dim(`  … and ${hidden} more`));
  if (!state.relayOnline) lines.push(colors.yellow(`  ${RELAY_OFFLINE}`));
  return lines.join("\n");
}

function heading({ rows, stopping }: Viewers, colors: Colors): string {
  if (stopping) return `Stopping${rows.length > 0 ? `, and telling ${count(rows.length)}` : ""}. Ctrl-C ends at once.`;
  return rows.length === 0
    ? colors.dim("Waiting for viewers. Ctrl-C stops sharing.")
    : `${count(rows.length)} ${colors.dim("· Ctrl-C stops sharing")}`;
}

export function count(viewers: number): string {
  return viewers === 1 ? "1 viewer" : `${viewers} viewers`;
}

function viewerLine(row: ViewerRow, room: TableRoom, colors: Colors): string {
  const percent = row.percent ?? 0;
  const done = Math.round((percent / 100) * BAR_CHARACTERS);
  const bar = `${colors.cyan("█".repeat(done))}${colors.dim("░".repeat(BAR_CHARACTERS - done))}  `;
  return [
    `  ${colors.bold(`#${row.viewer}`.padEnd(4))}`,
    room.columns >= BAR_FROM_COLUMNS ? bar : "",
    (row.percent === undefined ? "" : `${row.percent} %`).padStart(5),
    formatBytes(row.bytes).padStart(9),
    (formatRate(row.rate) || "idle").padStart(11),
    `  ${painted(row.path, colors)}`,
  ].join("");
}

const PATH_WORDS: Readonly<Record<ViewerPath, string>> = { direct: "direct", relayed: "relayed", unknown: "…" };

function painted(path: ViewerPath, colors: Colors): string {
  const words = PATH_WORDS[path].padEnd("relayed".length);
  return path === "direct" ? colors.green(words) : path === "relayed" ? colors.yellow(words) : colors.dim(words);
}
