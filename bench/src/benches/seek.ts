import { createRandom } from "@rangecast/testkit/random";

import { seekLink } from "../../netlab/index.ts";
import type { SeekResult } from "../../page/api.ts";
import { percentile } from "../report/percentile.ts";
import { type Figures, LINK_LIMIT, type Metric, OURS, type Report } from "../report/report.ts";
import { Tally } from "../report/tally.ts";
import { type BenchContext, GIB, megabytesPerSecond } from "./bench.ts";

const FILE_BYTES = GIB;
/** Seeks stay below this fraction of the file, so that read-ahead never reaches the end. */
const SEEK_WITHIN = 0.9;
const WARM_UP_MS = 4_000;
/** From a seek's first byte to the next seek, milliseconds. */
const EVERY_MS = 1_500;
const ROUNDS = 3;
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
  { field: "p95Ms", label: "first byte, p95", unit: "ms", better: "lower", digits: 0, aim: "≤ 110" },
  { field: "readAheadMBps", label: "reading ahead", unit: "MB/s", better: "higher", digits: 2, aim: "≥ 1.07" },
];

/** 10 Mbit/s, 50 ms: from a seek to its first byte, while reading ahead at full speed. */
export async function seek({ rig, measurer, quick }: BenchContext): Promise<Report> {
  const file = await rig.createFile(FILE_BYTES);
  const tally = new Tally(rig.contestants.map(({ name }) => name));
  const seeks = new Map<string, readonly number[]>();
  for (let round = 0; round < (quick ? QUICK_ROUNDS : ROUNDS); round++) {
    const job = { warmUpMs: WARM_UP_MS, everyMs: EVERY_MS, forMs: quick ? QUICK_ROUND_MS : ROUND_MS, offsets: offsetsOf(SEED + round) };
    for (const contestant of rig.contestants) {
      const { name } = contestant;
      const once = () =>
        rig.view({ contestant, file, link: seekLink(SEED + round) }, ({ page }) => page.evaluate((what) => window.bench.seek(what), job));
      const measured = await measurer.measure(`round ${round + 1}, ${name}`, once, describe);
      if (measured === undefined) continue;
      const { firstByteMs } = measured.value;
      seeks.set(name, [...(seeks.get(name) ?? []), ...firstByteMs]);
      tally.add(name, "p50Ms", percentile(firstByteMs, 0.5) ?? undefined);
      tally.add(name, "p95Ms", percentile(firstByteMs, 0.95) ?? undefined);
      tally.add(name, "readAheadMBps", megabytesPerSecond(measured.value));
      tally.addDrops(name, measured);
    }
  }
  const counts = [...seeks].map(([name, all]) => `${name} ${all.length}`).join(", ");
  const { ours, peers, ranges } = tally.standing(METRICS);
  const overall = ([name, figures]: [string, Figures]): [string, Figures] => {
    const all = seeks.get(name) ?? [];
    return [name, { ...figures, p50Ms: percentile(all, 0.5), p95Ms: percentile(all, 0.95) }];
  };
  return {
    bench: "seek",
    metrics: METRICS,
    ours: overall([OURS, ours])[1],
    peers: Object.fromEntries(Object.entries(peers).map(overall)),
    ...(ranges === undefined ? {} : { ranges }),
    limits: { [LINK_LIMIT]: { p50Ms: ROUND_TRIP_MS, p95Ms: ROUND_TRIP_MS, readAheadMBps: LINK_MBPS } },
    notes: [
      `Seeks: ${counts}. Percentiles are those of all seeks, their ranges those of the rounds.`,
      "The link's 1.25 MB/s count headers: 1.16 MB/s of a file fit into it.",
    ],
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
