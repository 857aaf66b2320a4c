import { median, range } from "./percentile.ts";
import { type Figures, type Metric, OURS, type Ranges, type Report } from "./report.ts";

/** What a figure was measured with. */
interface Counted {
  readonly drops: number;
  /** Whether the run counts in spite of its drops. */
  readonly counts: boolean;
}

/** Collects the values that runs yield, by contestant and field, and makes medians with their ranges of them. */
export class Tally {
  readonly #values = new Map<string, Map<string, number[]>>();
  readonly #drops = new Map<string, number>();
  readonly #uncounted = new Map<string, number>();

  /** @param names of all contestants: they have a row even if nothing of them was measured */
  constructor(names: readonly string[]) {
    for (const name of names) this.#values.set(name, new Map());
  }

  add(name: string, field: string, value: number | undefined): void {
    if (value === undefined || Number.isNaN(value)) return;
    const fields = this.#values.get(name) ?? new Map<string, number[]>();
    this.#values.set(name, fields.set(field, [...(fields.get(field) ?? []), value]));
  }

  /** Adds what sockets dropped in a run. */
  addDrops(name: string, { drops, counts }: Counted): void {
    const sums = counts ? this.#drops : this.#uncounted;
    sums.set(name, (sums.get(name) ?? 0) + drops);
  }

  values(name: string, field: string): readonly number[] {
    return this.#values.get(name)?.get(field) ?? [];
  }

  /**
   * The medians of all metrics; null for what was not measured. `drops`, if there are any: those of runs that would not have counted, had there been
   * another; `socketDrops`: those of runs that count.
   */
  figures(name: string, metrics: readonly Metric[]): Figures {
    const drops = this.#uncounted.get(name) ?? 0;
    const socketDrops = this.#drops.get(name) ?? 0;
    return {
      ...Object.fromEntries(metrics.map(({ field }) => [field, median(this.values(name, field))])),
      ...(drops === 0 ? {} : { drops }),
      ...(socketDrops === 0 ? {} : { socketDrops }),
    };
  }

  /** The figures of each contestant with their ranges, as in a report. */
  standing(metrics: readonly Metric[]): Pick<Report, "ours" | "peers" | "ranges"> {
    const all = [...this.#values.keys()].map((name) => [name, this.figures(name, metrics)] as const);
    const { [OURS]: ours = {}, ...peers } = Object.fromEntries(all);
    return { ours, peers, ranges: this.#ranges(metrics) };
  }

  #ranges(metrics: readonly Metric[]): Ranges {
    const rangesOf = (fields: ReadonlyMap<string, readonly number[]>): Ranges[string] =>
      Object.fromEntries(
        [...fields].filter(([field]) => metrics.some((metric) => metric.field === field)).map(([field, values]) => [field, range(values)]),
      );
    return Object.fromEntries([...this.#values].map(([name, fields]) => [name, rangesOf(fields)]));
  }
}
