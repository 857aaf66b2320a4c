/** The live block below the link, with a row per viewer, as a pure function of the state and the terminal's size. */
import type { Colors } from "picocolors/types.js";
import { formatBytes, formatRate, printable } from "../../format.ts";
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
/** Columns of a row without bar and file, and with a spare one. */
const ROW_CHARACTERS = 44;
/** Less of a path says nothing. */
const MIN_FILE_CHARACTERS = 8;
const MAX_FILE_CHARACTERS = 1000;

export interface TableOptions {
  readonly size: TerminalSize;
  readonly colors: Colors;
  /** Whether `x` disconnects a viewer. */
  readonly canDrop: boolean;
  /** A question below the viewers. */
  readonly question?: string | undefined;
}

export function viewerTable(state: Viewers, { size, colors, canDrop, question }: TableOptions): string {
  const most = Math.max(MIN_VIEWER_LINES, size.rows - OTHER_LINES);
  const shown = state.rows.slice(0, most);
  const hidden = state.rows.length - shown.length;
  const lines = [heading(state, colors, canDrop), ...shown.map((row) => viewerLine(row, size, colors))];
  if (hidden > 0) lines.push(colors.dim(`  … and ${hidden} more`));
  if (!state.relayOnline) lines.push(colors.yellow(`  ${RELAY_OFFLINE}`));
  if (question !== undefined) lines.push(colors.yellow(`  ${question}`));
  return lines.join("\n");
}

function heading({ rows, stopping, ended }: Viewers, colors: Colors, canDrop: boolean): string {
  if (stopping) return `Stopping${rows.length > 0 ? `, and notifying ${count(rows.length)}` : ""}. Press Ctrl-C again to exit at once.`;
  if (ended !== undefined && rows.length === 0) return `${ended} ${colors.dim("Viewers who open it are told so, until you press Ctrl-C.")}`;
  const keys = canDrop ? "press x to disconnect one, Ctrl-C to stop sharing" : "press Ctrl-C to stop sharing";
  return rows.length === 0
    ? colors.dim("Waiting for viewers. Press Ctrl-C to stop sharing.")
    : `${ended === undefined ? "" : `${ended} `}${count(rows.length)} ${colors.dim(`· ${keys}`)}`;
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
    fileText(row, size),
  ].join("");
}

/** The last names of a path fit more often than its first ones. */
function fileText({ file }: ViewerRow, { columns }: TerminalSize): string {
  const room = columns - ROW_CHARACTERS - (columns >= BAR_FROM_COLUMNS ? BAR_CHARACTERS + 2 : 0);
  if (file === undefined || room < MIN_FILE_CHARACTERS) return "";
  const characters = Array.from(printable(file, MAX_FILE_CHARACTERS));
  return `  ${characters.length <= room ? characters.join("") : `…${characters.slice(1 - room).join("")}`}`;
}

const PATH_TEXTS: Readonly<Record<ViewerPath, string>> = { direct: "direct", relayed: "relayed", unknown: "…" };

function painted(path: ViewerPath, colors: Colors): string {
  const text = PATH_TEXTS[path].padEnd("relayed".length);
  return path === "direct" ? colors.green(text) : path === "relayed" ? colors.yellow(text) : colors.dim(text);
}
