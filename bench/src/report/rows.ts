import { type Figures, LINK_LIMIT, OURS, type Report } from "./report.ts";

export type RowKind = "ours" | "peer" | "limit";

export interface Row {
  readonly kind: RowKind;
  readonly name: string;
  readonly figures: Figures;
  /** Where a figure is the median of several runs. */
  readonly ranges: Readonly<Record<string, readonly [low: number, high: number]>>;
}

/** Our name for people. */
export const OURS_NAME = "rangecast";

/** The rows for people, in this order: ours, the peers, the limits. */
export function rowsOf({ ours, peers, limits, ranges = {} }: Report): Row[] {
  return [
    { kind: "ours", name: OURS_NAME, figures: ours, ranges: ranges[OURS] ?? {} },
    ...Object.entries(peers).map(([name, figures]): Row => ({ kind: "peer", name, figures, ranges: ranges[name] ?? {} })),
    ...Object.entries(limits).map(([name, figures]): Row => ({
      kind: "limit",
      name: name === LINK_LIMIT ? "limit" : `limit: ${name}`,
      figures,
      ranges: {},
    })),
  ];
}

/** A figure for people; a dash if it was not measured. */
export function show(value: number | null | undefined, digits: number): string {
  return value === null || value === undefined ? "–" : value.toFixed(digits);
}

/** The range of a figure for people, in brackets after a space; nothing if it is a single run's. */
export function showRange(row: Row, field: string, digits: number): string {
  const range = row.ranges[field];
  return range === undefined || range[0] === range[1] ? "" : ` (${range[0].toFixed(digits)}–${range[1].toFixed(digits)})`;
}
