import { createRandom } from "@rangecast/testkit/random";

import { seekLink } from "../../netlab/index.ts";
import type { SeekResult } from "../../page/api.ts";
import { percentile } from "../report/percentile.ts";
import { type Figures, LINK_LIMIT, type Metric, type Report } from "../report/report.ts";
import { standing, withDrops } from "../rig/standing.ts";
import { type BenchContext, GIB, megabytesPerSecond } from "./bench.ts";

const FILE_BYTES = GIB;
/** Seeks stay below this fraction of the file, so that read-ahead never reaches the end. */
const SEEK_WITHIN = 0.9;
const WARM_UP_MS = 4_000;
/** From a seek's first byte to the next seek, milliseconds. */
const EVERY_MS = 1_500;
const ROUNDS = 2;
const ROUND_MS = 26_000;
const QUICK_ROUNDS = 1;
const QUICK_ROUND_MS = 10_000;
/** More seeks than any round has. */
const MAX_SEEKS = 40;
const SEED = 40;
/** 10 Mbit/s in MB/s, and a round trip: what the link allows. */
const LINK_MBPS = 1.25;
const ROUND_TRIP_MS = 50;

const METRICS: readonly Metric[] = [
  { field: "p50Ms", label: "first byte, median", unit: "ms", better: "lower", digits: 0 },
  { field: "p95Ms", label: "first byte, p95", unit: "ms", better: "lower", digits: 0, aim: "≤ 200" },
  { field: "readAheadMBps", label: "reading ahead", unit: "MB/s", better: "higher", digits: 2, aim: "≥ 1.04" },
];

/** 10 Mbit/s, 50 ms: from a seek to its first byte, while reading ahead at full speed. */
export async function seek({ rig, measurer, quick }: BenchContext): Promise<Report> {
  const file = await rig.createFile(FILE_BYTES);
  const results = new Map<string, { seeks: number[]; bytes: number; ms: number; drops: number }>();
  for (let round = 0; round < (quick ? QUICK_ROUNDS : ROUNDS); round++) {
    const job = { warmUpMs: WARM_UP_MS, everyMs: EVERY_MS, forMs: quick ? QUICK_ROUND_MS : ROUND_MS, offsets: offsetsOf(SEED + round) };
    for (const contestant of rig.contestants) {
      const once = () =>
        rig.view({ contestant, file, link: seekLink(SEED + round) }, ({ page }) => page.evaluate((what) => window.bench.seek(what), job));
      const outcome = await measurer.measure(`round ${round + 1}, ${contestant.name}`, once, describe);
      if (outcome === undefined) continue;
      const sum = results.get(contestant.name) ?? { seeks: [], bytes: 0, ms: 0, drops: 0 };
      sum.seeks.push(...outcome.value.firstByteMs);
      sum.bytes += outcome.value.bytes;
      sum.ms += outcome.value.ms;
      sum.drops += outcome.drops;
      results.set(contestant.name, sum);
    }
  }
  const figures = new Map<string, Figures>();
  for (const { name } of rig.contestants) {
    const { seeks, drops, ...flow } = results.get(name) ?? { seeks: [], bytes: 0, ms: 0, drops: 0 };
    const readAheadMBps = flow.ms === 0 ? null : megabytesPerSecond(flow);
    figures.set(name, withDrops({ p50Ms: percentile(seeks, 0.5), p95Ms: percentile(seeks, 0.95), readAheadMBps }, drops));
  }
  const counts = [...results].map(([name, { seeks }]) => `${name} ${seeks.length}`).join(", ");
  return {
    bench: "seek",
    metrics: METRICS,
    ...standing(figures),
    limits: { [LINK_LIMIT]: { p50Ms: ROUND_TRIP_MS, p95Ms: ROUND_TRIP_MS, readAheadMBps: LINK_MBPS } },
    notes: [`Seeks: ${counts}. The link's 1.25 MB/s count headers: 1.16 MB/s of a file fit into it.`],
  };
}

function offsetsOf(seed: number): number[] {
  const random = createRandom(seed);
  return Array.from({ length: MAX_SEEKS }, () => Math.floor(random() * FILE_BYTES * SEEK_WITHIN));
}

function describe({ firstByteMs, ...flow }: SeekResult): string {
  const [half, most] = [percentile(firstByteMs, 0.5), percentile(firstByteMs, 0.95)];
  return `p50 ${half?.toFixed(0)} ms, p95 ${most?.toFixed(0)} ms of ${firstByteMs.length}, ${megabytesPerSecond(flow).toFixed(2)} MB/s`;
}
