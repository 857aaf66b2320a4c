/** The live block of `rangecast get`, which shows the progress, as a pure function of the state and the terminal's width. */
import type { Colors } from "picocolors/types.js";
import { formatBytes, formatDuration, formatRate, printable } from "../../format.ts";
import type { GetProgressEvent } from "./get-event.ts";
import type { TreeProgressEvent } from "./tree-event.ts";
import { bar, INDENT, wrap } from "./live-lines.ts";
import { treeProgressLines } from "./tree-text.ts";

/** The state to show. The last progress stays visible during a reconnect. */
export interface LiveView {
  readonly phase: "connecting" | "hashing" | "fetching" | "reconnecting";
  readonly progress?: GetProgressEvent | TreeProgressEvent;
  /** Why the connection was lost. */
  readonly trouble?: string;
  /** Whether the same command can continue after Ctrl-C. */
  readonly resumable: boolean;
}

const GAP = "  ";
/** Shortest useful bar, and longest one, characters. */
const MIN_BAR = 10;
const MAX_BAR = 30;
const MAX_TROUBLE = 60;

export function liveText(view: LiveView, columns: number, colors: Colors): string {
  const progress = view.phase === "reconnecting" && view.progress !== undefined ? atRest(view.progress) : view.progress;
  const lines = progress === undefined ? [] : linesOf(progress, columns, colors);
  const phase = phaseText(view);
  if (phase !== undefined) lines.push(...wrap(phase.split(" "), " ", columns).map((line) => colors.yellow(line)));
  const hint = view.resumable ? "Press Ctrl-C to stop; the same command continues later." : "Press Ctrl-C to stop.";
  lines.push(...wrap(hint.split(" "), " ", columns).map((line) => colors.dim(line)));
  return lines.join("\n");
}

/** Without a connection, the last rate and path no longer apply. */
function atRest({ eta: _eta, ...progress }: GetProgressEvent | TreeProgressEvent): GetProgressEvent | TreeProgressEvent {
  return { ...progress, rate: 0, path: "unknown" };
}

function linesOf(progress: GetProgressEvent | TreeProgressEvent, columns: number, colors: Colors): string[] {
  return progress.event === "tree-progress" ? treeProgressLines(progress, columns, colors) : progressLines(progress, columns, colors);
}

function phaseText({ phase, trouble = "", progress }: LiveView): string | undefined {
  if (phase === "reconnecting") return `Connection lost (${printable(trouble, MAX_TROUBLE)}). Reconnecting.`;
  if (phase === "connecting") return "Connecting to the host.";
  if (phase === "hashing") return "Computing the SHA-256 of the part that is already here.";
  return progress === undefined ? "Starting." : undefined;
}

/** One line with fixed columns if the terminal is wide enough, otherwise the bar on a line of its own. */
function progressLines(progress: GetProgressEvent, columns: number, colors: Colors): string[] {
  const figures = figuresOf(progress);
  const fixed = figures.map((text, index) => (index < ETA_INDEX ? text.padStart(WIDTHS[index] ?? 0) : text.padEnd(WIDTHS[index] ?? 0)));
  // Without a size there is no bar, so the columns need not be fixed.
  if (progress.size === undefined) return wrap(progressParts(progress), GAP, columns);
  const { percent = 100 } = progress;
  const rest = fixed.join(GAP);
  const room = columns - 1 - INDENT.length - GAP.length - rest.length;
  if (room >= MIN_BAR) return [`${INDENT}${bar(percent, Math.min(MAX_BAR, room), colors)}${GAP}${rest.trimEnd()}`];
  const wide = Math.max(1, Math.min(MAX_BAR, columns - 1 - INDENT.length));
  return [`${INDENT}${bar(percent, wide, colors)}`, ...wrap(progressParts(progress), GAP, columns)];
}

/** Width of each column, characters: per cent, bytes, rate, time left, path. */
const WIDTHS = ["100 %", "99.9 MB of 99.9 GB", "99.9 MB/s", "59 min 59 s left", "relayed"].map((text) => text.length);
/** Columns from here on are left-aligned. */
const ETA_INDEX = 3;

function figuresOf({ bytes, size, percent = 100, rate, eta, path }: GetProgressEvent): string[] {
  return [
    size === undefined ? "" : `${percent} %`,
    size === undefined ? formatBytes(bytes) : `${formatBytes(bytes)} of ${formatBytes(size)}`,
    formatRate(rate) || "waiting",
    eta === undefined ? "" : `${formatDuration(eta)} left`,
    path === "unknown" ? "" : path,
  ];
}

/** The columns that are not empty. */
export function progressParts(progress: GetProgressEvent): string[] {
  return figuresOf(progress).filter((text) => text !== "");
}
