import { expect, it } from "vitest";

import { DelayHistogram } from "./queue-delays.ts";

it.each([
  { name: "nothing", delays: [], meanMs: 0, p95Ms: 0 },
  { name: "an empty queue", delays: [0, 0, 0], meanMs: 0, p95Ms: 0 },
  { name: "one delay", delays: [12.34], meanMs: 12.34, p95Ms: 12.3 },
  { name: "a twentieth that is longer", delays: [...Array<number>(19).fill(1), 500], meanMs: 25.95, p95Ms: 1 },
  { name: "more than a twentieth that is longer", delays: [...Array<number>(18).fill(1), 500, 500], meanMs: 50.9, p95Ms: 500 },
  { name: "a delay beyond the histogram", delays: [60_000], meanMs: 60_000, p95Ms: 10_000 },
])("reads mean and 95th percentile of $name", ({ delays, meanMs, p95Ms }) => {
  const histogram = new DelayHistogram();
  for (const delay of delays) histogram.add(delay);
  const read = histogram.read();
  expect(read).toMatchObject({ p95Ms, samples: delays.length });
  expect(read.meanMs).toBeCloseTo(meanMs);
});
