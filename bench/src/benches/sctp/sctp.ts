import { LINK_LIMIT, OURS, type Report } from "../../report/report.ts";
import { Tally } from "../../report/tally.ts";
import type { SendingStack } from "../../rig/firehose.ts";
import { wanLink } from "../../../netlab/index.ts";
import type { BenchContext } from "../bench.ts";
import { MAX_PEER_RUNS, METRICS, PATHS, type PathCase } from "./cases.ts";
import { measureCost } from "./cost.ts";
import { type TracedRun, tracesOf } from "./traces.ts";
import { type Arrived, runBesideTcp, runStack } from "./flows.ts";

const BYTES_PER_MB = 1e6;
const OWN = "own";
const STACKS: readonly SendingStack[] = [OWN, "node-datachannel", "pion"];
/** Not counted: start-up. Seconds. */
const WARM_UP = 2;
const MEASURED = 8;
const QUICK_MEASURED = 3;
/** Two flows, and one beside TCP: they have so long to settle, and are counted for so long after it. Seconds. */
const SETTLE = 10;
const SHARED = 10;
const SHARED_WITH_TCP = 30;
/** How long one flow is alone before the other begins, beside TCP. Seconds. */
const HEAD_START = 5;
const SHARING_RUNS = 3;
const FIRST_SEED = 20;
/** 100 Mbit/s in MB/s, headers included. */
const LINK_MBPS = 12.5;
/** Paths whose first run is drawn over time. */
const TRACED: ReadonlySet<string> = new Set(["lossNone", "loss1", "loss3"]);
/** Round trip of the path in {@link wanLink}, ms. */
const PATH_RTT_MS = 50;

/** The association alone, over our DTLS and ICE, into Chromium: paths with loss, queues and neighbours; beside other stacks. */
export async function sctp(context: BenchContext): Promise<Report> {
  const tally = new Tally(STACKS.map(nameOf));
  const traced: TracedRun[] = [];
  for (const path of PATHS) await measurePath(context, path, tally, traced);
  await measureFairness(context, tally);
  for (const [field, congestion] of [
    ["besideTcp", "cubic"],
    ["besideReno", "reno"],
  ] as const) {
    for (const first of ["own", "tcp"] as const) await shareBesideTcp(context, { field, congestion, first }, tally);
  }
  tally.add(OURS, "usPerPacket", await measureCost());
  return {
    bench: "sctp",
    metrics: METRICS,
    ...tally.standing(METRICS),
    pictures: { "sctp-trace": tracesOf(traced) },
    limits: { [LINK_LIMIT]: Object.fromEntries(PATHS.map(({ field }) => [field, LINK_MBPS])) },
    notes: [
      "The link's 12.5 MB/s count headers: 11.6 MB/s of messages fit into it. Seconds 2 to 10 of a bare data channel into Chromium; medians of 3 or, of ours where packets are lost at random, 5 runs by turns.",
    ],
  };
}

const nameOf = (stack: SendingStack): string => (stack === OWN ? OURS : stack);

async function measurePath({ rig, measurer, quick }: BenchContext, path: PathCase, tally: Tally, traced: TracedRun[]): Promise<void> {
  const measured = quick ? QUICK_MEASURED : MEASURED;
  const stacks = path.peers ? STACKS.filter((stack) => stack !== "pion" || rig.pionBinary !== undefined) : [OWN as SendingStack];
  for (let run = 0; run < (quick ? 1 : path.runs); run++) {
    for (const stack of stacks) {
      if (stack !== OWN && run >= MAX_PEER_RUNS) continue;
      const once = () => runStack(rig, { stack, link: path.link(FIRST_SEED + run), seconds: WARM_UP + measured });
      const outcome = await measurer.measure(`${path.label}, ${stack}, run ${run + 1}`, once, describe, "few");
      if (outcome === undefined) continue;
      tally.add(nameOf(stack), path.field, megabytesPerSecond(outcome.value));
      tally.addDrops(nameOf(stack), outcome);
      const [flow] = outcome.value.flows;
      if (run === 0 && stack === OWN && TRACED.has(path.field)) traced.push({ label: path.label, samples: flow?.samples ?? [] });
      const inflation = (PATH_RTT_MS + outcome.value.queue.meanMs) / PATH_RTT_MS;
      if (path.field === "lossNone") tally.add(nameOf(stack), "rttInflation", inflation);
      if (path.field === "deep") tally.add(nameOf(stack), "deepRttInflation", inflation);
    }
  }
}

/** Share of the slower of two flows, %. */
async function measureFairness({ rig, measurer, quick }: BenchContext, tally: Tally): Promise<void> {
  for (let run = 0; run < (quick ? 1 : SHARING_RUNS); run++) {
    const link = wanLink({ seed: FIRST_SEED + run });
    const once = () => runStack(rig, { stack: OWN, link, seconds: SETTLE + (quick ? QUICK_MEASURED : SHARED), count: 2 });
    const show = (value: Arrived): string => `${slowerShare(value).toFixed(0)} %`;
    const outcome = await measurer.measure(`two of ours, run ${run + 1}`, once, show, "few");
    if (outcome === undefined) continue;
    tally.add(OURS, "fairness", slowerShare(outcome.value));
    tally.addDrops(OURS, outcome);
  }
}

async function shareBesideTcp(
  { rig, measurer, quick }: BenchContext,
  { field, congestion, first }: { readonly field: string; readonly congestion: "cubic" | "reno"; readonly first: "own" | "tcp" },
  tally: Tally,
): Promise<void> {
  const seconds = SETTLE + (quick ? QUICK_MEASURED : SHARED_WITH_TCP);
  const options = { congestion, first, seconds, headStartSeconds: HEAD_START, link: wanLink({ seed: FIRST_SEED }) };
  const once = async () => {
    const outcome = await runBesideTcp(rig, options);
    if (outcome === undefined) throw new Error("no TCP flow can run here");
    return outcome;
  };
  const share = (value: Arrived): number => fairShares(value, first);
  const outcome = await measurer.measure(
    `beside ${congestion}, ${first} first`,
    once,
    (value) => `${share(value).toFixed(2)} of its share`,
    "few",
  );
  if (outcome === undefined) return;
  tally.add(OURS, field, share(outcome.value));
  tally.addDrops(OURS, outcome);
}

function megabytesPerSecond({ flows: [flow] }: Arrived): number {
  const seconds = flow?.bytesBySecond.slice(WARM_UP) ?? [];
  return sum(seconds) / seconds.length / BYTES_PER_MB;
}

function slowerShare({ flows }: Arrived): number {
  const [one = 0, other = 0] = flows.map(({ bytesBySecond }) => sum(bytesBySecond.slice(SETTLE)));
  return (Math.min(one, other) / (one + other)) * 100;
}

/** Our rate as a multiple of half of both, while both had settled. */
function fairShares({ flows: [flow], tcpBySecond }: Arrived, first: "own" | "tcp"): number {
  const own = flow?.bytesBySecond.slice(SETTLE + (first === "own" ? HEAD_START : 0)) ?? [];
  const tcp = tcpBySecond.slice(SETTLE + (first === "tcp" ? HEAD_START : 0));
  const seconds = Math.min(own.length, tcp.length);
  const [ours, theirs] = [sum(own.slice(0, seconds)), sum(tcp.slice(0, seconds))];
  return ours / ((ours + theirs) / 2);
}

function describe(value: Arrived): string {
  const [flow] = value.flows;
  const bySecond = flow?.bytesBySecond.map((bytes) => (bytes / BYTES_PER_MB).toFixed(1)).join(" ");
  return `${megabytesPerSecond(value).toFixed(2)} MB/s (${bySecond}; queue ${value.queue.meanMs.toFixed(0)} ms)`;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
