/* npm run bench -- NAME: runs one benchmark, prints its report, and draws its chart. */
import { fileURLToPath } from "node:url";

import { Cleanup } from "@rangecast/testkit/processes/cleanup";
import { listenForStop } from "@rangecast/testkit/processes/stop-signals";

import { readArguments } from "./arguments.ts";
import type { Bench } from "./benches/bench.ts";
import { lan } from "./benches/lan.ts";
import { sctp } from "./benches/sctp/sctp.ts";
import { seek } from "./benches/seek.ts";
import { start } from "./benches/start.ts";
import { wan } from "./benches/wan.ts";
import { keep } from "./report/keep.ts";
import { type Report, toJson } from "./report/report.ts";
import { toTable } from "./report/table.ts";
import { Measurer } from "./rig/measure.ts";
import { Rig } from "./rig/rig.ts";

const BENCHES = { seek, wan, lan, start, sctp } satisfies Record<string, Bench>;
const NAMES = Object.keys(BENCHES) as (keyof typeof BENCHES)[];

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
  const given = readArguments(process.argv.slice(2), NAMES);
  if (typeof given === "string") {
    console.error(given);
    return EXIT_USAGE;
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
