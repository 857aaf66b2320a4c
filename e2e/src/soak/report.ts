import type { Reading } from "./readings.ts";
import type { Finding } from "./verdict.ts";

export interface SoakReport {
  readonly minutes: number;
  /** Number of viewers by behaviour. */
  readonly viewers: Readonly<Record<string, number>>;
  /** Viewers that ended in an unexpected way. */
  readonly failures: readonly string[];
  /** Seconds from the last viewer until everything was as before, or until the last check. */
  readonly settledAfter: number;
  readonly findings: readonly Finding[];
}

const GAP = "   ";
const BYTES_PER_MB = 1_000_000;
const HEAD = ["program", "what", "before", "after", "more allowed", ""];
const FIGURES: ReadonlySet<number> = new Set([2, 3, 4]);
const WORDS: Readonly<Record<keyof Reading, string>> = {
  nativeBytes: "memory outside the heap, MB",
  heapBytes: "heap, MB",
  externalBytes: "buffers, MB",
  threads: "threads",
  descriptors: "open files",
  udpSockets: "UDP sockets",
  tcpSockets: "TCP sockets",
  timers: "timers",
  handles: "other handles",
};

export function isKept({ findings, failures }: SoakReport): boolean {
  return failures.length === 0 && findings.every(({ kept }) => kept);
}

export function toTable(report: SoakReport): string {
  const lines = [HEAD, ...report.findings.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const pad = (cell: string, column: number): string =>
    FIGURES.has(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0);
  const came = Object.entries(report.viewers).map(([what, count]) => `${count} ${what}`);
  const total = Object.values(report.viewers).reduce((sum, count) => sum + count, 0);
  const verdict = isKept(report) ? "everything came back to where it was" : "NOT everything came back to where it was";
  return [
    ...lines.map((line) => line.map(pad).join(GAP).trimEnd()),
    "",
    `${total} viewers in ${report.minutes} minutes (${came.join(", ")}); looked at ${report.settledAfter.toFixed(0)} s after the last: ${verdict}`,
    ...report.failures.map((failure) => `a viewer failed: ${failure}`),
  ].join("\n");
}

/** The line of JSON for programs. */
export function toJson(report: SoakReport): string {
  return JSON.stringify({ ...report, kept: isKept(report) });
}

function cellsOf({ program, what, before, after, allowed, kept }: Finding): string[] {
  const show = (value: number): string => (what.endsWith("Bytes") ? (value / BYTES_PER_MB).toFixed(1) : String(value));
  return [program, WORDS[what], show(before), show(after), show(allowed), kept ? "" : "MORE THAN ALLOWED"];
}
