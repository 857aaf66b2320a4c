import { type Figures, LINK_LIMIT, type Report } from "./report.ts";

export type RowKind = "ours" | "peer" | "limit";

export interface Row {
  readonly kind: RowKind;
  readonly name: string;
  readonly figures: Figures;
}

/** Our name for people. */
export const OURS_NAME = "rangecast";

/** The rows for people, in this order: ours, the peers, the limits. */
export function rowsOf({ ours, peers, limits }: Report): Row[] {
  return [
    { kind: "ours", name: OURS_NAME, figures: ours },
    ...Object.entries(peers).map(([name, figures]): Row => ({ kind: "peer", name, figures })),
    ...Object.entries(limits).map(([name, figures]): Row => ({
      kind: "limit",
      name: name === LINK_LIMIT ? "limit" : `limit: ${name}`,
      figures,
    })),
  ];
}

/** A figure for people; a dash if it was not measured. */
export function show(value: number | null | undefined, digits: number): string {
  return value === null || value === undefined ? "–" : value.toFixed(digits);
}
