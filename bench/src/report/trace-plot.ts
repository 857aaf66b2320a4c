import { scaleLinear } from "d3-scale";
import { line } from "d3-shape";

/** One line of a panel: values over time. */
export interface Trace {
  readonly label: string;
  /** Seconds and values. */
  readonly points: readonly (readonly [seconds: number, value: number])[];
}

export interface TracePanel {
  readonly title: string;
  readonly traces: readonly Trace[];
}

/* Sizes in pixels. */
const WIDTH = 720;
const PANEL_HEIGHT = 170;
const MARGIN = { top: 28, right: 16, bottom: 22, left: 56 } as const;
const TICKS = 4;
const COLOURS = ["#0b7a75", "#b0643a", "#5f4b8b", "#9aa0a6"];

/** Lines over time, a panel for each quantity, as an SVG. The background is white, so that it is also readable in dark mode. */
export function toTraceSvg(title: string, panels: readonly TracePanel[]): string {
  const height = panels.length * PANEL_HEIGHT;
  const head = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="12" role="img">`;
  const body = panels.map((panel, index) => `<g transform="translate(0 ${index * PANEL_HEIGHT})">${panelSvg(panel)}</g>`);
  return [head, `<title>${title}</title>`, `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`, ...body, "</svg>", ""].join("\n");
}

function panelSvg({ title, traces }: TracePanel): string {
  const points = traces.flatMap((trace) => trace.points);
  const x = scaleLinear([0, Math.max(1, ...points.map(([seconds]) => seconds))], [MARGIN.left, WIDTH - MARGIN.right]);
  const y = scaleLinear([0, Math.max(1, ...points.map(([, value]) => value))], [PANEL_HEIGHT - MARGIN.bottom, MARGIN.top]).nice(TICKS);
  const draw = line<readonly [number, number]>(
    ([seconds]) => x(seconds),
    ([, value]) => y(value),
  );
  const right = WIDTH - MARGIN.right;
  return [
    `<text x="${MARGIN.left}" y="14" font-weight="bold" fill="#202124">${title}</text>`,
    ...y
      .ticks(TICKS)
      .map(
        (tick) =>
          `<line x1="${MARGIN.left}" x2="${right}" y1="${y(tick)}" y2="${y(tick)}" stroke="#e8eaed"/><text x="${MARGIN.left - 6}" y="${y(tick) + 4}" text-anchor="end" fill="#3c4043">${tick}</text>`,
      ),
    ...x.ticks().map((tick) => `<text x="${x(tick)}" y="${PANEL_HEIGHT - 6}" text-anchor="middle" fill="#3c4043">${tick}</text>`),
    ...traces.map(
      ({ points: own }, index) =>
        `<path d="${draw(own) ?? ""}" fill="none" stroke="${COLOURS[index % COLOURS.length]}" stroke-width="1.5"/>`,
    ),
    ...traces.map(
      ({ label }, index) =>
        `<text x="${right - 90 * (traces.length - 1 - index)}" y="14" text-anchor="end" fill="${COLOURS[index % COLOURS.length]}">${label}</text>`,
    ),
  ].join("\n");
}
