/** The live block below the link, with a row per viewer, as a pure function of the state and the terminal's size. */
import type { Colors } from "picocolors/types.js";
import { formatBytes, formatRate } from "../../format.ts";
import type { TerminalSize } from "../../output/terminal.ts";
import type { ViewerPath } from "./share-event.ts";
import type { ViewerRow, Viewers } from "./viewers.ts";

export const RELAY_OFFLINE = "The relay can't be reached: current viewers stay connected, but nobody new can join. Trying again.";

const BAR_CHARACTERS = 10;
/** Narrower terminals get rows without the bar. */
const BAR_FROM_COLUMNS = 64;
/** Lines of the block that aren't viewers: heading, "and more", relay offline, and one spare. */
const OTHER_LINES = 4;
const MIN_VIEWER_LINES = 3;

export function viewerTable(state: Viewers, size: TerminalSize, colors: Colors): string {
  const most = Math.max(MIN_VIEWER_LINES, size.rows - OTHER_LINES);
  const shown = state.rows.slice(0, most);
  const hidden = state.rows.length - shown.length;
  const lines = [heading(state, colors), ...shown.map((row) => viewerLine(row, size, colors))];
  if (hidden > 0) lines.push(colors.dim(`  … and ${hidden} more`));
  if (!state.relayOnline) lines.push(colors.yellow(`  ${RELAY_OFFLINE}`));
  return lines.join("\n");
}

function heading({ rows, stopping }: Viewers, colors: Colors): string {
  if (stopping) return `Stopping${rows.length > 0 ? `, and notifying ${count(rows.length)}` : ""}. Press Ctrl-C again to exit at once.`;
  return rows.length === 0
    ? colors.dim("Waiting for viewers. Press Ctrl-C to stop sharing.")
    : `${count(rows.length)} ${colors.dim("· press Ctrl-C to stop sharing")}`;
}

export function count(viewers: number): string {
  return viewers === 1 ? "1 viewer" : `${viewers} viewers`;
}

function viewerLine(row: ViewerRow, size: TerminalSize, colors: Colors): string {
  const percent = row.percent ?? 0;
  const done = Math.round((percent / 100) * BAR_CHARACTERS);
  const bar = `${colors.cyan("█".repeat(done))}${colors.dim("░".repeat(BAR_CHARACTERS - done))}  `;
  return [
    `  ${colors.bold(`#${row.viewer}`.padEnd(4))}`,
    size.columns >= BAR_FROM_COLUMNS ? bar : "",
    (row.percent === undefined ? "" : `${row.percent} %`).padStart(5),
    formatBytes(row.bytes).padStart(9),
    (formatRate(row.rate) || "idle").padStart(11),
    `  ${painted(row.path, colors)}`,
  ].join("");
}

const PATH_TEXTS: Readonly<Record<ViewerPath, string>> = { direct: "direct", relayed: "relayed", unknown: "…" };

function painted(path: ViewerPath, colors: Colors): string {
  const text = PATH_TEXTS[path].padEnd("relayed".length);
  return path === "direct" ? colors.green(text) : path === "relayed" ? colors.yellow(text) : colors.dim(text);
}
