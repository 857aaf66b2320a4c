/** One thing that a benchmark measures. */
export interface Metric {
  /** Its name in the JSON. */
  readonly field: string;
  /** Its name for people. */
  readonly label: string;
  readonly unit: string;
  readonly better: "higher" | "lower";
  /** Digits behind the point, for people. */
  readonly digits: number;
  /** What it should be, for people. */
  readonly aim?: string;
}

/** By field; null for what could not be measured. `drops`: datagrams that a socket dropped, in runs of which none was clean. */
export type Figures = Readonly<Record<string, number | null>>;

export interface Report {
  readonly bench: string;
  readonly metrics: readonly Metric[];
  readonly ours: Figures;
  readonly peers: Readonly<Record<string, Figures>>;
  /** Rows of the limits that were measured beside us, or the one that follows from the link. */
  readonly limits: Readonly<Record<string, Figures>>;
  /** What a reader must know, a sentence each. */
  readonly notes: readonly string[];
}

/** The limit that follows from the link, and stands in the JSON without a name of its own. */
export const LINK_LIMIT = "link";

/** How many times better we are than each peer, by field; over 1 is better, null where either was not measured. */
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

/** The one line that programs read. */
export function toJson(report: Report): string {
  const { bench, ours, peers, limits } = report;
  const link = limits[LINK_LIMIT];
  const limit = link === undefined ? roundEach(limits) : roundAll(link);
  return JSON.stringify({ bench, ours: roundAll(ours), peers: roundEach(peers), ratios: ratiosOf(report), limit });
}

/** Three digits behind the point: finer than any of this can be measured. */
function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function roundAll(figures: Figures): Figures {
  return Object.fromEntries(Object.entries(figures).map(([field, value]) => [field, value === null ? null : round(value)]));
}

function roundEach(all: Readonly<Record<string, Figures>>): Record<string, Figures> {
  return Object.fromEntries(Object.entries(all).map(([name, figures]) => [name, roundAll(figures)]));
}
