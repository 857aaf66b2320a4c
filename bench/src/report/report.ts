/** One thing that a benchmark measures. */
export interface Metric {
  /** Its name in the JSON. */
  readonly field: string;
  /** Its name for people. */
  readonly label: string;
  readonly unit: string;
  readonly better: "higher" | "lower";
  /** Decimal places, for people. */
  readonly digits: number;
  /** Goal, for people. */
  readonly aim?: string;
}

/** By field; null if it could not be measured. `drops`: datagrams dropped by sockets, if no run was clean. */
export type Figures = Readonly<Record<string, number | null>>;

/** The lowest and the highest value behind each figure. */
export type Ranges = Readonly<Record<string, Readonly<Record<string, readonly [low: number, high: number]>>>>;

export interface Report {
  readonly bench: string;
  readonly metrics: readonly Metric[];
  readonly ours: Figures;
  readonly peers: Readonly<Record<string, Figures>>;
  /** Of `ours` and of each peer, where a figure is the median of several runs. */
  readonly ranges?: Ranges;
  /** Of `ours` and of each peer, where the same is measured in several sizes: a row for each, in the JSON only. */
  readonly steps?: Readonly<Record<string, readonly Figures[]>>;
  /** More pictures, as SVG, by name. */
  readonly pictures?: Readonly<Record<string, string>>;
  /** Rows of measured limits, or of the one that follows from the link. */
  readonly limits: Readonly<Record<string, Figures>>;
  /** Notes for the reader, one sentence each. */
  readonly notes: readonly string[];
}

/** The name of what is measured, among its peers. */
export const OURS = "ours";

/** The limit that follows from the link; it has no name in the JSON. */
export const LINK_LIMIT = "link";

/** How many times better rangecast is than each peer, by field: over 1 is better, null if either was not measured. */
export function ratiosOf({ metrics, ours, peers }: Report): Record<string, Figures> {
  const ratio = ({ field, better }: Metric, theirs: Figures): number | null => {
    const [mine, other] = [ours[field] ?? null, theirs[field] ?? null];
    if (mine === null || other === null) return null;
    const [above, below] = better === "higher" ? [mine, other] : [other, mine];
    return below === 0 ? null : round(above / below);
  };
  return Object.fromEntries(
    Object.entries(peers).map(([name, theirs]) => [
      name,
      Object.fromEntries(metrics.map((metric) => [metric.field, ratio(metric, theirs)])),
    ]),
  );
}

/** The line of JSON for programs. */
export function toJson(report: Report): string {
  const { bench, ours, peers, limits, ranges, steps = {} } = report;
  const link = limits[LINK_LIMIT];
  const limit = link === undefined ? roundEach(limits) : roundAll(link);
  const withSteps = (name: string, figures: Figures): object => {
    const rows = steps[name];
    return rows === undefined ? roundAll(figures) : { ...roundAll(figures), steps: rows.map(roundAll) };
  };
  return JSON.stringify({
    bench,
    ours: withSteps(OURS, ours),
    peers: Object.fromEntries(Object.entries(peers).map(([name, figures]) => [name, withSteps(name, figures)])),
    ratios: ratiosOf(report),
    limit,
    ...(ranges === undefined ? {} : { ranges: roundRanges(ranges) }),
  });
}

/** Three decimal places: finer than the precision of any figure. */
function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function roundAll(figures: Figures): Figures {
  return Object.fromEntries(Object.entries(figures).map(([field, value]) => [field, value === null ? null : round(value)]));
}

function roundRanges(ranges: Ranges): Ranges {
  const fields = (of: Ranges[string] = {}): Ranges[string] =>
    Object.fromEntries(Object.entries(of).map(([field, [low, high]]) => [field, [round(low), round(high)]]));
  return Object.fromEntries(Object.entries(ranges).map(([name, of]) => [name, fields(of)]));
}

function roundEach(all: Readonly<Record<string, Figures>>): Record<string, Figures> {
  return Object.fromEntries(Object.entries(all).map(([name, figures]) => [name, roundAll(figures)]));
}
