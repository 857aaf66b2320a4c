import type { Report } from "./report.ts";
import { rowsOf, show, showRange } from "./rows.ts";

const GAP = "   ";

/** The report as a text table, with units in its header. */
export function toTable(report: Report): string {
  const head = [report.bench, ...report.metrics.map(({ label, unit }) => (unit === "" ? label : `${label}, ${unit}`)), ""];
  const body = rowsOf(report).map((row) => [
    row.name,
    ...report.metrics.map(({ field, digits }) => show(row.figures[field], digits) + showRange(row, field, digits)),
    row.figures["drops"] ? `no clean run: ${row.figures["drops"]} datagrams dropped by sockets` : "",
  ]);
  const lines = [head, ...body];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const text = lines.map((line) =>
    line
      .map((cell, column) =>
        column === 0 || column === head.length - 1 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join(GAP)
      .trimEnd(),
  );
  return [...text, ...report.notes.map((note) => `\n${note}`)].join("\n");
}
