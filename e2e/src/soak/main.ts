/* npm run soak: viewers come and go for some minutes; then host and relay must hold no more than before. */
import { Cleanup } from "@rangecast/testkit/processes/cleanup";
import { listenForStop } from "@rangecast/testkit/processes/stop-signals";
import { readArguments } from "./arguments.ts";
import { isKept, toJson, toTable } from "./report.ts";
import { runSoak } from "./run-soak.ts";

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

async function main(): Promise<number> {
  const given = readArguments(process.argv.slice(2));
  if (typeof given === "string") {
    console.error(given);
    return EXIT_USAGE;
  }
  const stop = listenForStop();
  const cleanup = new Cleanup();
  stop.signal.addEventListener("abort", () => void cleanup.run(), { once: true });
  try {
    const { minutes, settleSeconds } = given;
    const report = await runSoak({ minutes, settleSeconds, cleanup, signal: stop.signal, say: (text) => console.error(text) });
    console.log(given.json ? toJson(report) : toTable(report));
    return isKept(report) ? 0 : EXIT_FAILED;
  } catch (error) {
    // After a stop many things fail; none of these failures is worth reporting.
    if (stop.signal.aborted) return stop.code();
    throw error;
  } finally {
    await cleanup.run();
  }
}

process.exit(await main());
