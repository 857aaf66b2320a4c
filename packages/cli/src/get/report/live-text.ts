/** The live block of `rangecast get`: how far it is. Pure: state, room in, text out. */
import type { Colors } from "picocolors/types.js";
import { formatBytes, formatDuration, formatRate, printable } from "../../format.ts";
import type { GetProgressEvent } from "./get-event.ts";

/** What is being done; the last progress stays to be seen while the connection is tried again. */
export interface LiveView {
  readonly phase: "connecting" | "hashing" | "fetching" | "reconnecting";
  readonly progress?: GetProgressEvent;
  /** Why it is connected again. */
  readonly trouble?: string;
  /** Whether Ctrl-C loses nothing. */
  readonly resumable: boolean;
}

const GAP = "  ";
const INDENT = "  ";
/** Shortest bar that tells something, and longest that is needed, characters. */
const MIN_BAR = 10;
const MAX_BAR = 30;
const MAX_TROUBLE = 60;

export function liveText(view: LiveView, columns: number, colors: Colors): string {
  const progress = view.phase === "reconnecting" && view.progress !== undefined ? atRest(view.progress) : view.progress;
  const lines = progress === undefined ? [] : progressLines(progress, columns, colors);
  const words = phaseWords(view);
  if (words !== undefined) lines.push(...wrap(words.split(" "), " ", columns).map((line) => colors.yellow(line)));
  const hint = view.resumable ? "Ctrl-C stops. The same command goes on." : "Ctrl-C stops.";
  lines.push(...wrap(hint.split(" "), " ", columns).map((line) => colors.dim(line)));
  return lines.join("\n");
}

/** What the last seconds brought says nothing while there is no connection. */
function atRest({ eta: _eta, ...progress }: GetProgressEvent): GetProgressEvent {
  return { ...progress, rate: 0, path: "unknown" };
}

function phaseWords({ phase, trouble = "", progress }: LiveView): string | undefined {
  if (phase === "reconnecting") return `No connection (${printable(trouble, MAX_TROUBLE)}). Trying again.`;
  if (phase === "connecting") return "Connecting to the host.";
  if (phase === "hashing") return "Reading what is here already, for the SHA-256.";
  return progress === undefined ? "Starting." : undefined;
}

/** One line where there is room, of columns that stand still; the bar on one of its own where there is less. */
function progressLines(progress: GetProgressEvent, columns: number, colors: Colors): string[] {
  const figures = figuresOf(progress);
  const fixed = figures.map((text, index) => (index < ETA_INDEX ? text.padStart(WIDTHS[index] ?? 0) : text.padEnd(WIDTHS[index] ?? 0)));
  // Without a size there is no bar, and nothing to line up below it.
  if (progress.size === undefined) return wrap(progressParts(progress), GAP, columns);
  const { percent = 100 } = progress;
  const rest = fixed.join(GAP);
  const room = columns - 1 - INDENT.length - GAP.length - rest.length;
  if (room >= MIN_BAR) return [`${INDENT}${bar(percent, Math.min(MAX_BAR, room), colors)}${GAP}${rest.trimEnd()}`];
  const wide = Math.max(1, Math.min(MAX_BAR, columns - 1 - INDENT.length));
  return [`${INDENT}${bar(percent, wide, colors)}`, ...wrap(progressParts(progress), GAP, columns)];
}

/** Widest of each figure, characters: per cent, bytes, rate, what is left, path. */
const WIDTHS = ["100 %", "99.9 MB of 99.9 GB", "99.9 MB/s", "59 min 59 s left", "relayed"].map((text) => text.length);
/** From here on figures stand at the left of their column. */
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

/** The figures that there are. */
export function progressParts(progress: GetProgressEvent): string[] {
  return figuresOf(progress).filter((text) => text !== "");
}

function bar(percent: number, characters: number, colors: Colors): string {
  const done = Math.floor((percent / 100) * characters);
  return `${colors.cyan("█".repeat(done))}${colors.dim("░".repeat(characters - done))}`;
}

/** Parts in as few lines as hold them, each begun with the indent. */
function wrap(parts: readonly string[], gap: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const part of parts) {
    const longer = line === "" ? `${INDENT}${part}` : `${line}${gap}${part}`;
    if (line !== "" && longer.length >= columns) {
      lines.push(line);
      line = `${INDENT}${part}`;
    } else line = longer;
  }
  return line === "" ? lines : [...lines, line];
}
