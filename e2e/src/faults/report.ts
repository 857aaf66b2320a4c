import type { Row } from "./row.ts";

const GAP = "   ";
const HEAD = ["fault", "survived", "recovered after, s", "bytes wrong", ""];
/** Right-aligned columns. */
const FIGURES: ReadonlySet<number> = new Set([2, 3]);

/** The rows as a text table. */
export function toTable(rows: readonly Row[]): string {
  const lines = [HEAD, ...rows.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const pad = (cell: string, column: number): string =>
    FIGURES.has(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(column === HEAD.length - 1 ? 0 : (widths[column] ?? 0));
  const { faults, survived, bytesWrong } = totalsOf(rows);
  const skipped = rows.filter((row) => row.skipped !== undefined).length;
  const sum = `${survived} of ${faults} survived${skipped > 0 ? `, ${skipped} skipped` : ""}; ${bytesWrong} bytes wrong`;
  return [...lines.map((line) => line.map(pad).join(GAP).trimEnd()), "", sum].join("\n");
}

/** The line of JSON for programs. */
export function toJson(rows: readonly Row[]): string {
  return JSON.stringify({ ...totalsOf(rows), rows });
}

/** One row, printed as soon as it is known. */
export function toLine(row: Row): string {
  const [name = "", survived = "", seconds = "", wrong = "", word = ""] = cellsOf(row);
  return `${name}: ${row.skipped === undefined ? `survived: ${survived}, ${seconds} s, ${wrong} bytes wrong` : "skipped"}${word === "" ? "" : `; ${word}`}`;
}

function totalsOf(rows: readonly Row[]): { faults: number; survived: number; bytesWrong: number } {
  return {
    faults: rows.length,
    survived: rows.filter(({ survived }) => survived).length,
    bytesWrong: rows.reduce((sum, { bytesWrong }) => sum + bytesWrong, 0),
  };
}

function cellsOf({ name, survived, secondsToRecover, bytesWrong, skipped, word }: Row): string[] {
  if (skipped !== undefined) return [name, "skipped", "–", "–", skipped];
  return [name, survived ? "yes" : "NO", secondsToRecover?.toFixed(1) ?? "–", String(bytesWrong), word ?? ""];
}
