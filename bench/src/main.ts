/* npm run bench -- NAME: runs one benchmark, prints its report, and draws its picture. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

import { readArguments } from "./arguments.ts";
import type { Bench } from "./benches/bench.ts";
import { seek } from "./benches/seek.ts";
import { wan } from "./benches/wan.ts";
import { toSvg } from "./report/plot.ts";
import { type Report, toJson } from "./report/report.ts";
import { toTable } from "./report/table.ts";
import { Cleanup } from "./rig/cleanup.ts";
import { Measurer } from "./rig/measure.ts";
import { Rig } from "./rig/rig.ts";

const BENCHES = { seek, wan } satisfies Record<string, Bench>;
const NAMES = Object.keys(BENCHES) as (keyof typeof BENCHES)[];

/** Exit codes, as shells have them. */
const EXIT_USAGE = 2;
const EXIT_SIGINT = 130;
const EXIT_SIGTERM = 143;

/** From bench/dist/src. */
const plotUrl = (name: string): URL => new URL(`../../../docs/bench/${name}.svg`, import.meta.url);

async function runBench(bench: Bench, quick: boolean): Promise<Report> {
  const cleanup = new Cleanup();
  const stop = (code: number) => () => void cleanup.run().finally(() => process.exit(code));
  process.once("SIGINT", stop(EXIT_SIGINT));
  process.once("SIGTERM", stop(EXIT_SIGTERM));
  try {
    return await bench({ rig: await Rig.start(cleanup), measurer: new Measurer(quick), quick });
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
  const report = await runBench(BENCHES[given.name], given.quick);
  // A picture is of a whole run.
  if (!given.quick) {
    const url = plotUrl(report.bench);
    await mkdir(dirname(fileURLToPath(url)), { recursive: true });
    await writeFile(url, toSvg(report));
  }
  console.log(given.json ? toJson(report) : toTable(report));
  return 0;
}

process.exit(await main());
