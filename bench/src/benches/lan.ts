import { fileURLToPath } from "node:url";

import { startChromiumBrowser } from "@rangecast/testkit/browsers/chromium";
import type { Browser } from "playwright-core";

import type { Figures, Metric, Report } from "../report/report.ts";
import { cpuSeconds } from "../rig/cpu-time.ts";
import { startBenchProgram } from "../rig/daemons.ts";
import { type Outcome, type Rig, SHOW_ADDRESSES } from "../rig/rig.ts";
import { standing, withDrops } from "../rig/standing.ts";
import { type BenchContext, MIB, megabytesPerSecond } from "./bench.ts";

/** Two rounds, so that contestants alternate: 512 MiB each in total. */
const FILE_BYTES = 256 * MIB;
const ROUNDS = 2;
const QUICK_FILE_BYTES = 48 * MIB;
const QUICK_ROUNDS = 1;
const BYTES_PER_GB = 1e9;

const FILE_SERVER = fileURLToPath(new URL("../programs/file-server.js", import.meta.url));

const METRICS: readonly Metric[] = [
  { field: "mbps", label: "into Chromium", unit: "MB/s", better: "higher", digits: 1, aim: "ahead of pion" },
  { field: "cpuSecondsPerGB", label: "sender's CPU", unit: "s/GB", better: "lower", digits: 1 },
];

/** The cost of one read. */
interface Reading {
  readonly bytes: number;
  readonly ms: number;
  /** CPU seconds of the sender's process; NaN if it has no separate process. */
  readonly cpuSeconds: number;
}

interface Runner {
  readonly name: string;
  readonly run: () => Promise<Outcome<Reading>>;
}

/** Without a link: how fast a whole file arrives in Chromium, and what it costs the sender. */
export async function lan({ rig, measurer, quick }: BenchContext): Promise<Report> {
  const bytes = quick ? QUICK_FILE_BYTES : FILE_BYTES;
  const file = await rig.createFile(bytes);
  const server = await startBenchProgram(process.execPath, [FILE_SERVER, file]);
  rig.cleanup.add(() => server.stop());
  const sender = await startChromiumBrowser([SHOW_ADDRESSES], { signalsAreOurs: true });
  rig.cleanup.add(() => sender.close());
  const contestants = rig.contestants.map((contestant): Runner => ({
    name: contestant.name,
    run: () =>
      rig.view({ contestant, file }, ({ page, daemon }) =>
        withCpu(daemon.pid, () => page.evaluate((count) => window.bench.readBytes(count), bytes)),
      ),
  }));
  const limits: Runner[] = [
    { name: "http", run: () => readByHttp(rig, server.pid, String(server.first["url"])) },
    { name: "chromium", run: () => readFromChromium(rig, sender, bytes) },
  ];

  const readings = new Map<string, (Reading & { readonly drops: number })[]>();
  for (let round = 0; round < (quick ? QUICK_ROUNDS : ROUNDS); round++) {
    for (const { name, run } of [...contestants, ...limits]) {
      const outcome = await measurer.measure(`round ${round + 1}, ${name}`, run, describe);
      if (outcome !== undefined) readings.set(name, [...(readings.get(name) ?? []), { ...outcome.value, drops: outcome.drops }]);
    }
  }
  const figuresOf = (runners: readonly Runner[]): [string, Figures][] => runners.map(({ name }) => [name, sumUp(readings.get(name) ?? [])]);
  return {
    bench: "lan",
    metrics: METRICS,
    ...standing(new Map(figuresOf(contestants))),
    limits: Object.fromEntries(figuresOf(limits)),
    notes: ["http: the same bytes by fetch over loopback. chromium: another Chromium sends 64 KiB messages over a bare channel."],
  };
}

async function withCpu(pid: number, read: () => Promise<{ bytes: number; ms: number }>): Promise<Reading> {
  const before = await cpuSeconds(pid);
  const flow = await read();
  return { ...flow, cpuSeconds: (await cpuSeconds(pid)) - before };
}

async function readByHttp(rig: Rig, pid: number, url: string): Promise<Outcome<Reading>> {
  const page = await rig.openBenchPage();
  const value = await withCpu(pid, () => page.evaluate((from) => window.bench.fetchAll(from), url));
  await page.close();
  return { value, drops: 0, stalledMs: 0 };
}

/** Both ends are browsers, each a process tree: the sender's CPU is not counted. */
async function readFromChromium(rig: Rig, sender: Browser, bytes: number): Promise<Outcome<Reading>> {
  const from = await rig.openBenchPage(sender);
  const to = await rig.openBenchPage();
  const offer = await to.evaluate(() => window.bench.receiverOffer());
  const answer = await from.evaluate((sdp) => window.bench.senderAnswer(sdp), offer);
  const flow = await to.evaluate(([sdp, count]) => window.bench.receiverTake(sdp, count), [answer, bytes] as const);
  await Promise.all([from.close(), to.close()]);
  return { value: { ...flow, cpuSeconds: Number.NaN }, drops: 0, stalledMs: 0 };
}

function sumUp(readings: readonly (Reading & { readonly drops: number })[]): Figures {
  const total = (field: "bytes" | "ms" | "cpuSeconds" | "drops"): number => readings.reduce((sum, reading) => sum + reading[field], 0);
  if (readings.length === 0) return { mbps: null, cpuSecondsPerGB: null };
  const cpu = total("cpuSeconds") / (total("bytes") / BYTES_PER_GB);
  const mbps = megabytesPerSecond({ bytes: total("bytes"), ms: total("ms") });
  return withDrops({ mbps, cpuSecondsPerGB: Number.isNaN(cpu) ? null : cpu }, total("drops"));
}

function describe({ cpuSeconds: cpu, ...flow }: Reading): string {
  const cost = Number.isNaN(cpu) ? "" : `, ${(cpu / (flow.bytes / BYTES_PER_GB)).toFixed(1)} s/GB`;
  return `${megabytesPerSecond(flow).toFixed(1)} MB/s${cost}`;
}
