/** The nearest-rank percentile: the smallest value that is at least as large as `share` of the sample. Null for an empty sample. @param share 0 to 1 */
export function percentile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}

/** The middle value, or the mean of the two in the middle. Null for an empty sample. */
export function median(values: readonly number[]): number | null {
  const [below, above] = [
    percentile(values, 0.5),
    percentile(
      values.map((value) => -value),
      0.5,
    ),
  ];
  return below === null || above === null ? null : (below - above) / 2;
}

/** The lowest and the highest value. */
export function range(values: readonly number[]): readonly [low: number, high: number] {
  return [Math.min(...values), Math.max(...values)];
}
