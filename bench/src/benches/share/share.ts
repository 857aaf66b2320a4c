import { wanLink } from "../../../netlab/index.ts";
import { type Metric, OURS, type Report } from "../../report/report.ts";
import { Tally } from "../../report/tally.ts";
import { type Contestant, OURS_FIREHOSE } from "../../rig/contestants.ts";
import { whyNoTcpFlow } from "../../rig/tcp-flow.ts";
import { type BenchContext, GIB } from "../bench.ts";
import { runBesideReno, runTwo, type Shares } from "./flows.ts";

const FILE_BYTES = GIB;
/** How long two flows have to settle, and how long they are counted after it. Seconds. */
const SETTLE = 8;
const COUNT = 20;
const QUICK_SETTLE = 3;
const QUICK_COUNT = 4;
/** How long one flow is alone before the other begins. Seconds. */
const HEAD_START = 5;
const QUICK_HEAD_START = 2;
/** Runs of ours; a peer has one. Beside Reno each is two runs: once with each flow first. */
const TWO_RUNS = 3;
const RENO_RUNS = 2;
const FIRST_SEED = 80;

const METRICS: readonly Metric[] = [
  { field: "fairness", label: "the slower of two", unit: "% of both", better: "higher", digits: 0, aim: "≥ 40" },
  { field: "besideReno", label: "beside Reno", unit: "× its fair share", better: "higher", digits: 2, aim: "≤ 1.5" },
  { field: "renoShare", label: "what Reno keeps", unit: "% of both", better: "higher", digits: 0, aim: "≥ 25" },
];

/** 100 Mbit/s, 50 ms: two sessions through one link, and one beside a TCP flow of the kernel. */
export async function share(context: BenchContext): Promise<Report> {
  const { rig, quick } = context;
  const file = await rig.createFile(FILE_BYTES);
  const contestants = rig.contestants.filter(({ name }) => name !== OURS_FIREHOSE);
  const tally = new Tally(contestants.map(({ name }) => name));
  const noReno = await whyNoTcpFlow("reno");
  if (noReno !== undefined) console.error(`${noReno}.`);
  for (let run = 0; run < (quick ? 1 : TWO_RUNS); run++) {
    for (const contestant of contestants) {
      if (contestant.name !== OURS && run > 0) continue;
      const seed = FIRST_SEED + run;
      await measureTwo(context, { contestant, file, seed }, tally);
      if (noReno !== undefined || run >= RENO_RUNS) continue;
      for (const first of ["own", "tcp"] as const) await measureBesideReno(context, { contestant, file, seed, first }, tally);
    }
  }
  return {
    bench: "share",
    metrics: METRICS,
    ...tally.standing(METRICS),
    limits: {},
    notes: [
      noReno === undefined
        ? `Two sessions: ${TWO_RUNS} runs of ours, one of each peer. Beside Reno: ${2 * RENO_RUNS} of ours, 2 of each peer, in half of which the TCP flow was first.`
        : `besideReno was not measured: ${noReno}.`,
    ],
  };
}

interface Setup {
  readonly contestant: Contestant;
  readonly file: string;
  readonly seed: number;
}

async function measureTwo({ rig, measurer, quick }: BenchContext, { contestant, file, seed }: Setup, tally: Tally): Promise<void> {
  const { name } = contestant;
  const times = quick ? { settle: QUICK_SETTLE, count: QUICK_COUNT } : { settle: SETTLE, count: COUNT };
  const once = () => runTwo(rig, { contestant, file, link: wanLink({ seed }), ...times });
  const slower = ([one, other]: Shares): number => percentOf(Math.min(one, other), one + other);
  const measured = await measurer.measure(`two of ${name}`, once, (value) => `the slower has ${slower(value).toFixed(0)} %`);
  if (measured === undefined) return;
  tally.add(name, "fairness", slower(measured.value));
  tally.addDrops(name, measured);
}

async function measureBesideReno(
  { rig, measurer, quick }: BenchContext,
  { contestant, file, seed, first }: Setup & { readonly first: "own" | "tcp" },
  tally: Tally,
): Promise<void> {
  const { name } = contestant;
  const times = quick
    ? { settle: QUICK_SETTLE, count: QUICK_COUNT, headStart: QUICK_HEAD_START }
    : { settle: SETTLE, count: COUNT, headStart: HEAD_START };
  const once = () => runBesideReno(rig, { contestant, file, first, link: wanLink({ seed }), ...times });
  const reno = ([own, tcp]: Shares): number => percentOf(tcp, own + tcp);
  const label = `${name} beside Reno, ${first === "own" ? name : "Reno"} first`;
  const measured = await measurer.measure(label, once, (value) => `Reno has ${reno(value).toFixed(0)} %`);
  if (measured === undefined) return;
  const [own, tcp] = measured.value;
  tally.add(name, "besideReno", own / ((own + tcp) / 2));
  tally.add(name, "renoShare", reno(measured.value));
  tally.addDrops(name, measured);
}

const percentOf = (part: number, whole: number): number => (part / whole) * 100;
