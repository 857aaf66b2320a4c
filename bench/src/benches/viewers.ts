import { wanLink } from "../../netlab/index.ts";
import { type Figures, LINK_LIMIT, type Metric, type Report } from "../report/report.ts";
import { Tally } from "../report/tally.ts";
import { type Contestant, NODE_DATACHANNEL, OURS_FIREHOSE } from "../rig/contestants.ts";
import { type Crowd, runCrowd } from "../rig/crowd.ts";
import { type BenchContext, GIB, megabytesPerSecond } from "./bench.ts";

const FILE_BYTES = 4 * GIB;
const COUNTS = [1, 10, 100] as const;
const ROUNDS = 3;
/** All viewers have so long to settle, and are counted for so long after it. Milliseconds. */
const WARM_UP_MS = 6_000;
const MEASURE_MS = 12_000;
const QUICK_WARM_UP_MS = 2_000;
const QUICK_MEASURE_MS = 3_000;
const FIRST_SEED = 100;
/** 100 Mbit/s in MB/s, headers included. */
const LINK_MBPS = 12.5;
const BYTES_PER_MB = 1e6;

/** The fields of a row for one number of viewers; in the report's figures the number is added to their names. */
const FIELDS = ["totalMBps", "slowestOverFastest", "mbPerConnection"] as const;

const METRICS: readonly Metric[] = COUNTS.flatMap((count): Metric[] => {
  const of = count === 1 ? "1 viewer" : `${count} viewers`;
  const most = count === COUNTS.at(-1);
  return [
    { field: `totalMBps${count}`, label: `total, ${of}`, unit: "MB/s", better: "higher", digits: 2, ...(most ? { aim: "that of 1" } : {}) },
    {
      field: `slowestOverFastest${count}`,
      label: `slowest by fastest, ${of}`,
      unit: "ratio",
      better: "higher",
      digits: 2,
      ...(count > 1 ? { aim: "≥ 0.5" } : {}),
    },
    {
      field: `mbPerConnection${count}`,
      label: `memory of each, ${of}`,
      unit: "MB",
      better: "lower",
      digits: 1,
      ...(most ? { aim: "≤ 3" } : {}),
    },
  ];
});

/** 100 Mbit/s, 50 ms: one daemon with 1, 10 and 100 viewers. */
export async function viewers({ rig, measurer, quick }: BenchContext): Promise<Report> {
  const file = await rig.createFile(FILE_BYTES);
  const contestants = rig.contestants.filter(hasOneDaemon);
  const tally = new Tally(contestants.map(({ name }) => name));
  const times = quick ? { warmUpMs: QUICK_WARM_UP_MS, measureMs: QUICK_MEASURE_MS } : { warmUpMs: WARM_UP_MS, measureMs: MEASURE_MS };
  for (let round = 0; round < (quick ? 1 : ROUNDS); round++) {
    for (const count of COUNTS) {
      for (const contestant of contestants) {
        const { name } = contestant;
        const once = () => runCrowd(rig, { contestant, file, count, link: wanLink({ seed: FIRST_SEED + round }), ...times });
        const measured = await measurer.measure(`round ${round + 1}, ${count} of ${name}`, once, describe);
        if (measured === undefined) continue;
        const figures = figuresOf(measured.value);
        for (const field of FIELDS) tally.add(name, field + count, figures[field]);
        tally.addDrops(name, measured);
      }
    }
  }
  return {
    bench: "viewers",
    metrics: METRICS,
    ...tally.standing(METRICS),
    steps: Object.fromEntries(contestants.map(({ name }) => [name, stepsOf(tally.figures(name, METRICS))])),
    limits: { [LINK_LIMIT]: Object.fromEntries(COUNTS.map((count) => [`totalMBps${count}`, LINK_MBPS])) },
    notes: [
      `Viewers are clients in Node with the daemon's transport. ${NODE_DATACHANNEL}: both sides over it. pion's daemon has one viewer a process, so it can't take part.`,
      "Memory: the daemon's growth over what it had after its first viewer, by the number of viewers.",
    ],
  };
}

function hasOneDaemon({ name, daemon }: Contestant): boolean {
  return daemon !== "pion" && name !== OURS_FIREHOSE;
}

function figuresOf({ bytes, ms, grownBytes }: Crowd): Readonly<Record<(typeof FIELDS)[number], number>> {
  const total = bytes.reduce((sum, each) => sum + each, 0);
  return {
    totalMBps: megabytesPerSecond({ bytes: total, ms }),
    slowestOverFastest: Math.min(...bytes) / Math.max(...bytes),
    mbPerConnection: grownBytes / bytes.length / BYTES_PER_MB,
  };
}

/** The same figures as a row for each number of viewers. */
function stepsOf(figures: Figures): Figures[] {
  return COUNTS.map((count) => ({ count, ...Object.fromEntries(FIELDS.map((field) => [field, figures[field + count] ?? null])) }));
}

function describe(crowd: Crowd): string {
  const { totalMBps, slowestOverFastest, mbPerConnection } = figuresOf(crowd);
  return `${totalMBps.toFixed(2)} MB/s, slowest by fastest ${slowestOverFastest.toFixed(2)}, ${mbPerConnection.toFixed(1)} MB each`;
}
