/* npm run bench -- NAME: runs one benchmark, prints its report, and draws its chart. */
import { fileURLToPath } from "node:url";

import { Cleanup } from "@rangecast/testkit/processes/cleanup";
import { listenForStop } from "@rangecast/testkit/processes/stop-signals";

import { readArguments } from "./arguments.ts";
import type { Bench } from "./benches/bench.ts";
import { folder } from "./benches/folder/folder.ts";
import { lan } from "./benches/lan.ts";
import { sctp } from "./benches/sctp/sctp.ts";
import { seek } from "./benches/seek.ts";
import { share } from "./benches/share/share.ts";
import { start } from "./benches/start.ts";
import { viewers } from "./benches/viewers.ts";
import { wan } from "./benches/wan/wan.ts";
import { keep } from "./report/keep.ts";
import { type Report, toJson } from "./report/report.ts";
import { toTable } from "./report/table.ts";
import { Measurer } from "./rig/measure.ts";
import { Rig } from "./rig/rig.ts";

const BENCHES = { seek, wan, lan, start, share, viewers, folder, sctp } satisfies Record<string, Bench>;

/* Times of a full run on an idle machine; a quick run takes two to five. */
const DESCRIPTIONS: Readonly<Record<keyof typeof BENCHES, string>> = {
  seek: "a seek's first byte while reading ahead, 10 Mbit/s (7 minutes)",
  wan: "throughput with losses of 0 to 3 %, and over a slow, a fast and a wireless link (11 minutes)",
  lan: "throughput and the sender's CPU without a link (4 minutes)",
  start: "the time to the first byte and to a film's first frame (6 minutes)",
  share: "two sessions through one link, and one beside a TCP flow (9 minutes)",
  viewers: "1, 10 and 100 viewers of one daemon: total, fairness, memory (8 minutes)",
  folder: "a folder of small files, a list of 50,000 entries, the host's memory (5 minutes)",
  sctp: "the transport alone: losses, queues, other flows, CPU a packet (20 minutes)",
};

/* From bench/dist/src. */
const DOCS = fileURLToPath(new URL("../../../docs/bench/", import.meta.url));
const README = fileURLToPath(new URL("../../../README.md", import.meta.url));

const EXIT_USAGE = 2;

async function runBench(bench: Bench, quick: boolean, signal: AbortSignal): Promise<Report> {
  const cleanup = new Cleanup();
  signal.addEventListener("abort", () => void cleanup.run(), { once: true });
  const measurer = new Measurer(quick, signal);
  try {
    const report = await bench({ rig: await Rig.start(cleanup), measurer, quick });
    return { ...report, notes: [...report.notes, ...measurer.notes] };
  } finally {
    await cleanup.run();
  }
}

async function main(): Promise<number> {
  const given = readArguments(process.argv.slice(2), DESCRIPTIONS);
  if ("text" in given) {
    (given.asked ? console.log : console.error)(given.text);
    return given.asked ? 0 : EXIT_USAGE;
  }
  const stop = listenForStop();
  try {
    const report = await runBench(BENCHES[given.name], given.quick, stop.signal);
    // Only full runs are saved as pictures and tables.
    if (!given.quick) await keep(report, DOCS, README);
    console.log(given.json ? toJson(report) : toTable(report));
    return 0;
  } catch (error) {
    // After a stop many things fail; none of these failures is worth reporting.
    if (stop.signal.aborted) return stop.code();
    throw error;
  }
}

process.exit(await main());
