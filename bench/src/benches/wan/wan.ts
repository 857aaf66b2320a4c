import { toTraceSvg, type Trace } from "../../report/trace-plot.ts";
import type { Contestant } from "../../rig/contestants.ts";
import { OURS_FIREHOSE } from "../../rig/contestants.ts";
import type { Outcome } from "../../rig/on-link.ts";
import type { Rig } from "../../rig/rig.ts";
import { LINK_LIMIT, OURS, type Report } from "../../report/report.ts";
import { Tally } from "../../report/tally.ts";
import { type BenchContext, GIB, megabytesPerSecond, sleep } from "../bench.ts";
import { CASES, CLEAN, METRICS, type WanCase } from "./cases.ts";

/** File size: more than any link carries in a run. */
const FILE_BYTES = 2 * GIB;
const QUICK_WARM_UP_MS = 1_000;
const QUICK_MEASURE_MS = 2_500;
const FIRST_SEED = 20;
/** Round trip of the path without loss, ms. */
const PATH_RTT_MS = 50;
const BYTES_PER_MB = 1e6;

interface Reading {
  readonly mbps: number;
  readonly bytesBySecond: readonly number[];
  /** The round trip as a multiple of the path's, from the link's queue. Only meaningful for {@link CLEAN}. */
  readonly rttInflation: number;
}

/** How fast a file arrives over links with losses, a slow, a fast and a wireless one. */
export async function wan({ rig, measurer, quick }: BenchContext): Promise<Report> {
  const file = await rig.createFile(FILE_BYTES);
  const contestants = rig.contestants.filter(({ name }) => name !== OURS_FIREHOSE);
  const tally = new Tally(contestants.map(({ name }) => name));
  const traces: Trace[] = [];
  for (const path of CASES) {
    for (let run = 0; run < (quick ? 1 : path.runs); run++) {
      for (const contestant of contestants) {
        const { name } = contestant;
        if (name !== OURS && run > 0) continue;
        const once = () => read(rig, { contestant, file, path, seed: FIRST_SEED + run, quick });
        const measured = await measurer.measure(`${path.label}, ${name}, run ${run + 1}`, once, describe, "few");
        if (measured === undefined) continue;
        const { mbps, rttInflation, bytesBySecond } = measured.value;
        tally.add(name, path.field, mbps);
        tally.addDrops(name, measured);
        if (path.field === CLEAN) tally.add(name, "rttInflation", rttInflation);
        if (name === OURS && run === 0 && path.runs > 1) traces.push(traceOf(path.label, bytesBySecond));
      }
    }
  }
  return {
    bench: "wan",
    metrics: METRICS,
    ...tally.standing(METRICS),
    pictures: { "wan-trace": toTraceSvg("rangecast benchmark: wan over time", [{ title: "received (MB/s)", traces }]) },
    limits: { [LINK_LIMIT]: Object.fromEntries(CASES.map(({ field, limitMBps }) => [field, limitMBps])) },
    notes: [
      "The link's 12.5 MB/s count headers: 11.6 MB/s of a file fit into it.",
      "Losses: ours over 30 s, medians of three runs with different seeds; peers over 8 s. Other paths: one run of 8 s each.",
    ],
  };
}

interface ReadSetup {
  readonly contestant: Contestant;
  readonly file: string;
  readonly path: WanCase;
  readonly seed: number;
  readonly quick: boolean;
}

function read(rig: Rig, { contestant, file, path, seed, quick }: ReadSetup): Promise<Outcome<Reading>> {
  const warmUpMs = quick ? Math.max(QUICK_WARM_UP_MS, path.warmUpMs / 2) : path.warmUpMs;
  const ms = quick ? QUICK_MEASURE_MS : contestant.name === OURS ? path.oursMs : path.peersMs;
  return rig.view({ contestant, file, link: path.link(seed) }, async ({ page, link }) => {
    const watching = sleep(warmUpMs).then(() => link?.startQueueWatch());
    const flow = await page.evaluate(([skip, count]) => window.bench.readFor(skip, count), [warmUpMs, ms] as const);
    await watching;
    const queueMs = (await link?.readQueueWatch())?.meanMs ?? Number.NaN;
    return { mbps: megabytesPerSecond(flow), bytesBySecond: flow.bytesBySecond, rttInflation: (PATH_RTT_MS + queueMs) / PATH_RTT_MS };
  });
}

function traceOf(label: string, bytesBySecond: readonly number[]): Trace {
  return { label, points: bytesBySecond.map((bytes, second) => [second, bytes / BYTES_PER_MB] as const) };
}

function describe({ mbps, bytesBySecond }: Reading): string {
  return `${mbps.toFixed(2)} MB/s (${bytesBySecond.map((bytes) => (bytes / BYTES_PER_MB).toFixed(1)).join(" ")})`;
}
