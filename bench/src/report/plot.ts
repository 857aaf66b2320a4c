import type { Metric, Report } from "./report.ts";
import { type Row, type RowKind, rowsOf, show } from "./rows.ts";

/* Sizes in pixels. */
const WIDTH = 720;
const MARGIN = 16;
const NAME_WIDTH = 130;
const VALUE_WIDTH = 90;
const BAR_HEIGHT = 14;
const ROW_HEIGHT = 20;
const TITLE_HEIGHT = 26;
const BAR_WIDTH = WIDTH - 2 * MARGIN - NAME_WIDTH - VALUE_WIDTH;

const COLOURS: Readonly<Record<RowKind, string>> = { ours: "#0b7a75", peer: "#b0643a", limit: "#9aa0a6" };

/** The report as an SVG: a panel of bars for each metric, each with its own scale from 0. The background is white, so that it is also readable in dark mode. */
export function toSvg(report: Report): string {
  const rows = rowsOf(report);
  const panels: string[] = [];
  let y = MARGIN;
  for (const metric of report.metrics) {
    const shown = rows.filter(({ figures }) => typeof figures[metric.field] === "number");
    if (shown.length === 0) continue;
    panels.push(panel(metric, shown, y));
    y += TITLE_HEIGHT + shown.length * ROW_HEIGHT + MARGIN;
  }
  const title = `<title>rangecast benchmark: ${escape(report.bench)}</title>`;
  const head = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" width="${WIDTH}" height="${y}" font-family="sans-serif" font-size="12" role="img">`;
  return [head, title, `<rect width="${WIDTH}" height="${y}" fill="#fff"/>`, ...panels, "</svg>", ""].join("\n");
}

function panel({ field, label, unit, better, digits }: Metric, rows: readonly Row[], top: number): string {
  const most = Math.max(...rows.map(({ figures }) => figures[field] ?? 0), Number.MIN_VALUE);
  const heading = `${label}${unit === "" ? "" : ` (${unit})`}, ${better} is better`;
  const lines = [`<text x="${MARGIN}" y="${top + 12}" fill="#202124" font-weight="bold">${escape(heading)}</text>`];
  for (const [index, { kind, name, figures }] of rows.entries()) {
    const value = figures[field] ?? 0;
    const y = top + TITLE_HEIGHT + index * ROW_HEIGHT;
    const width = Math.max(1, Math.round((value / most) * BAR_WIDTH));
    const text = y + BAR_HEIGHT - 3;
    lines.push(
      `<text x="${MARGIN}" y="${text}" fill="#3c4043">${escape(name)}</text>`,
      `<rect x="${MARGIN + NAME_WIDTH}" y="${y}" width="${width}" height="${BAR_HEIGHT}" fill="${COLOURS[kind]}"/>`,
      `<text x="${MARGIN + NAME_WIDTH + width + 6}" y="${text}" fill="#202124">${show(value, digits)}</text>`,
    );
  }
  return lines.join("\n");
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
