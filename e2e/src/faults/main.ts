/* npm run faults: causes real faults while a film plays and a `get` runs, and prints a row for each. */
import { listenForStop } from "@rangecast/testkit/processes/stop-signals";
import { readArguments } from "./arguments.ts";
import { toJson, toLine, toTable } from "./report.ts";
import { runTable } from "./run-table.ts";
import { chooseFaults } from "./table.ts";

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

async function main(): Promise<number> {
  const given = readArguments(process.argv.slice(2));
  if (typeof given === "string") {
    console.error(given);
    return EXIT_USAGE;
  }
  const faults = chooseFaults(given);
  if ("unknown" in faults) {
    console.error(`There is no fault called ${faults.unknown.join(", ")}. --list names them all.`);
    return EXIT_USAGE;
  }
  if (given.list) {
    for (const { name, what } of faults) console.log(`${name}: ${what}`);
    return 0;
  }
  const stop = listenForStop();
  try {
    const rows = await runTable({ faults, signal: stop.signal, onRow: (row) => console.error(toLine(row)) });
    console.log(given.json ? toJson(rows) : toTable(rows));
    return rows.every(({ survived, skipped }) => survived || skipped !== undefined) ? 0 : EXIT_FAILED;
  } catch (error) {
    // After a stop many things fail; none of these failures is worth reporting.
    if (stop.signal.aborted) return stop.code();
    throw error;
  }
}

process.exit(await main());
