/** What `rangecast get` prints for people while it downloads a folder. */
import type { Colors } from "picocolors/types.js";
import { formatBytes, formatDuration, formatRate, percentOf, printable, printablePath } from "../../format.ts";
import { bar, INDENT, wrap } from "./live-lines.ts";
import type { TreeDoneEvent, TreeProgressEvent, TreeReadyEvent } from "./tree-event.ts";

const GAP = "  ";
const BAR_CHARACTERS = 20;
/** Longest path of the present file, characters. */
const MAX_PRESENT = 60;

/** The line for all files, and that for the present one. */
export function treeProgressLines(progress: TreeProgressEvent, columns: number, colors: Colors): string[] {
  const all = wrap(treeProgressParts(progress), GAP, columns);
  const { file, percent } = progress;
  const shown =
    percent === undefined || columns <= BAR_CHARACTERS + INDENT.length ? all : [`${INDENT}${bar(percent, BAR_CHARACTERS, colors)}`, ...all];
  if (file === undefined) return shown;
  const done = percentOf(file.bytes, file.size);
  const figures = done === undefined ? formatBytes(file.size) : `${done} % of ${formatBytes(file.size)}`;
  const room = Math.max(1, Math.min(MAX_PRESENT, columns - 1 - INDENT.length - GAP.length - figures.length));
  return [...shown, `${INDENT}${printable(endOf(file.path, room), room)}${GAP}${colors.dim(figures)}`];
}

export function treeProgressParts({ files, knownFiles, bytes, knownBytes, percent, rate, eta, path }: TreeProgressEvent): string[] {
  return [
    ...(percent === undefined ? [] : [`${percent} %`]),
    `${files} of ${count(knownFiles, "file")}`,
    `${formatBytes(bytes)} of ${formatBytes(knownBytes)}`,
    formatRate(rate) || "waiting",
    ...(eta === undefined ? [] : [`${formatDuration(eta)} left`]),
    ...(path === "unknown" ? [] : [path]),
  ];
}

/** The end of a path tells more than its start. */
function endOf(path: string, characters: number): string {
  const all = Array.from(path);
  return all.length <= characters ? path : `…${all.slice(all.length - characters + 1).join("")}`;
}

export function treeReadyText({ name, folder, notices }: TreeReadyEvent, colors: Colors): string {
  const lines = [`Downloading the folder ${colors.bold(printable(name))} to ${printablePath(folder)}`];
  return [...lines, ...notices.map((notice) => colors.yellow(notice))].join("\n");
}

export function treeDoneText(event: TreeDoneEvent, colors: Colors): string {
  const { folder, dryRun, saved, finished, size, fetched, seconds } = event;
  const there = finished > 0 ? `, ${finished} already there` : "";
  if (dryRun)
    return colors.bold(`Would download ${count(saved, "file")} to ${printablePath(folder)}${there} (${formatBytes(size)} in all).`);
  const speed = fetched > 0 && seconds >= 1 ? `, ${formatRate(fetched / seconds)}` : "";
  const where = colors.bold(printablePath(folder));
  return colors.green(
    `Saved ${count(saved, "file")} in ${where}${there} (${formatBytes(size)} in all) in ${formatDuration(seconds)}${speed}.`,
  );
}

export function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
