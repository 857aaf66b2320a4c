import { fileURLToPath } from "node:url";

import { startChromiumBrowser } from "@rangecast/testkit/browsers/chromium";
import type { Browser } from "playwright-core";

import type { Metric, Report } from "../report/report.ts";
import { Tally } from "../report/tally.ts";
import { cpuSeconds } from "../rig/cpu-time.ts";
import { startBenchProgram } from "../rig/daemons.ts";
import type { Outcome } from "../rig/on-link.ts";
import { type Rig, SHOW_ADDRESSES } from "../rig/rig.ts";
import { type BenchContext, MIB, megabytesPerSecond } from "./bench.ts";

const FILE_BYTES = 256 * MIB;
/** Rounds in which contestants take turns; a figure is their median. */
const ROUNDS = 3;
const QUICK_FILE_BYTES = 48 * MIB;
const QUICK_ROUNDS = 1;
const BYTES_PER_GB = 1e9;

const FILE_SERVER = fileURLToPath(new URL("../programs/file-server.js", import.meta.url));

const METRICS: readonly Metric[] = [
  {
    field: "mbps",
    label: "into Chromium",
    unit: "MB/s",
    better: "higher",
    digits: 1,
    aim: "≥ 0.97 × ours-firehose, 0.95 × node-datachannel; ahead of pion",
  },
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
  const tally = new Tally(contestants.map(({ name }) => name));
  const bounds = new Tally(limits.map(({ name }) => name));
  for (let round = 0; round < (quick ? QUICK_ROUNDS : ROUNDS); round++) {
    for (const runner of [...contestants, ...limits]) {
      const { name, run } = runner;
      const measured = await measurer.measure(`round ${round + 1}, ${name}`, run, describe, "any");
      if (measured === undefined) continue;
      const into = limits.includes(runner) ? bounds : tally;
      into.add(name, "mbps", megabytesPerSecond(measured.value));
      into.add(name, "cpuSecondsPerGB", secondsPerGB(measured.value));
      into.addDrops(name, measured);
    }
  }
  return {
    bench: "lan",
    metrics: METRICS,
    ...tally.standing(METRICS),
    limits: Object.fromEntries(limits.map(({ name }) => [name, bounds.figures(name, METRICS)])),
    notes: [
      "http: the same bytes by fetch over loopback. chromium: another Chromium sends 64 KiB messages over a bare channel.",
      "Runs count whatever sockets dropped: only the receiver's socket slows a sender down.",
    ],
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
  return unwatched(value);
}

/** Both ends are browsers, each a process tree: the sender's CPU is not counted. */
async function readFromChromium(rig: Rig, sender: Browser, bytes: number): Promise<Outcome<Reading>> {
  const from = await rig.openBenchPage(sender);
  const to = await rig.openBenchPage();
  const offer = await to.evaluate(() => window.bench.receiverOffer());
  const answer = await from.evaluate((sdp) => window.bench.senderAnswer(sdp), offer);
  const flow = await to.evaluate(([sdp, count]) => window.bench.receiverTake(sdp, count), [answer, bytes] as const);
  await Promise.all([from.close(), to.close()]);
  return unwatched({ ...flow, cpuSeconds: Number.NaN });
}

function unwatched(value: Reading): Outcome<Reading> {
  return { value, drops: 0, packets: 0, stalledMs: 0 };
}

const secondsPerGB = ({ cpuSeconds: cpu, bytes }: Reading): number => cpu / (bytes / BYTES_PER_GB);

function describe(reading: Reading): string {
  const cost = Number.isNaN(reading.cpuSeconds) ? "" : `, ${secondsPerGB(reading).toFixed(1)} s/GB`;
  return `${megabytesPerSecond(reading).toFixed(1)} MB/s${cost}`;
}
