import { wanLink } from "../../netlab/index.ts";
import { LINK_LIMIT, type Figures, type Metric, type Report } from "../report/report.ts";
import { standing, withDrops } from "../rig/standing.ts";
import { type BenchContext, GIB, megabytesPerSecond } from "./bench.ts";

/** File size: more than the link carries in a run. */
const FILE_BYTES = GIB;
/** Ignored at the start: slow start, and the window's search. Milliseconds. */
const WARM_UP_MS = 2_000;
const MEASURE_MS = 15_000;
const QUICK_WARM_UP_MS = 1_000;
const QUICK_MEASURE_MS = 2_500;
/** 100 Mbit/s in MB/s, headers included. */
const LINK_MBPS = 12.5;
/** Seed: the same losses for all. */
const SEED = 20;

const CASES: readonly (Metric & { readonly loss: number })[] = [
  { field: "lossNone", label: "no loss", loss: 0, aim: "≥ 10" },
  { field: "loss01", label: "0.1 % loss", loss: 0.001, aim: "≥ 8 with several lanes" },
  { field: "loss1", label: "1 % loss", loss: 0.01, aim: "≥ 3 with several lanes" },
].map((each) => ({ ...each, unit: "MB/s", better: "higher", digits: 2 }));

/** 100 Mbit/s, 50 ms, 512 KiB of queue: how fast a file arrives. */
export async function wan({ rig, measurer, quick }: BenchContext): Promise<Report> {
  const [warmUpMs, measureMs] = quick ? [QUICK_WARM_UP_MS, QUICK_MEASURE_MS] : [WARM_UP_MS, MEASURE_MS];
  const file = await rig.createFile(FILE_BYTES);
  const figures = new Map<string, Figures>();
  for (const { field, label, loss } of CASES) {
    for (const contestant of rig.contestants) {
      const once = () =>
        rig.view({ contestant, file, link: wanLink({ loss, seed: SEED }) }, async ({ page }) => {
          const flow = await page.evaluate(([skip, count]) => window.bench.readFor(skip, count), [warmUpMs, measureMs] as const);
          return megabytesPerSecond(flow);
        });
      const outcome = await measurer.measure(`${label}, ${contestant.name}`, once, (mbps) => `${mbps.toFixed(2)} MB/s`);
      const before = figures.get(contestant.name) ?? {};
      const drops = (before["drops"] ?? 0) + (outcome?.drops ?? 0);
      figures.set(contestant.name, withDrops({ ...before, [field]: outcome?.value ?? null }, drops));
    }
  }
  return {
    bench: "wan",
    metrics: CASES,
    ...standing(figures),
    limits: { [LINK_LIMIT]: Object.fromEntries(CASES.map(({ field }) => [field, LINK_MBPS])) },
    notes: ["The link's 12.5 MB/s count headers: 11.6 MB/s of a file fit into it."],
  };
}
