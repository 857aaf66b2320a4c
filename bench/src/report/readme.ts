/* The table of all benchmarks in README.md, between two marks. It is rewritten from the reports of the latest full runs in docs/bench. */
import type { Report } from "./report.ts";
import { OURS_NAME, type Row, rowsOf, show, showRange } from "./rows.ts";

const BEGIN = "<!-- benchmarks: written by `npm run bench` -->";
const END = "<!-- benchmarks end -->";

/** A row for each figure, a column for each contestant; the limits share one. */
export function toMarkdown(reports: readonly Report[]): string {
  const peers = [...new Set(reports.flatMap((report) => Object.keys(report.peers)))];
  const head = ["bench", "figure", OURS_NAME, ...peers, "limit", "aim"];
  const lines = reports.flatMap((report) => {
    const rows = rowsOf(report);
    return report.metrics.map(({ field, label, unit, digits, aim }, index) => {
      const of = (row: Row | undefined): string => cell(row, field, digits);
      const limits = rows.filter(({ kind }) => kind === "limit").filter(({ figures }) => typeof figures[field] === "number");
      return [
        index === 0 ? `[${report.bench}](docs/bench/${report.bench}.svg)` : "",
        `${label}, ${unit}`,
        `**${of(rows.find(({ kind }) => kind === "ours"))}**`,
        ...peers.map((peer) => of(rows.find(({ kind, name }) => kind === "peer" && name === peer))),
        limits.map((row) => `${of(row)}${row.name.replace(/^limit:?/u, "")}`).join(", ") || show(undefined, digits),
        aim ?? "",
      ];
    });
  });
  return [head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** A figure, with a star if no run was clean. */
function cell(row: Row | undefined, field: string, digits: number): string {
  const value = row?.figures[field];
  const star = typeof value === "number" && row?.figures["drops"] ? " \\*" : "";
  return show(value, digits) + star + (row === undefined ? "" : showRange(row, field, digits));
}

/** @throws if the marks are missing: they may have been removed on purpose */
export function withTable(readme: string, table: string): string {
  const [begin, end] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`README.md has no place for the table: the lines "${BEGIN}" and "${END}"`);
  return `${readme.slice(0, begin + BEGIN.length)}\n\n${table}\n\n${readme.slice(end)}`;
}
