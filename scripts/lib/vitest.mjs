import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, relative } from "node:path";
import { cacheFile, fromRoot, ROOT } from "./root.mjs";
import { nodeProgram, run } from "./run.mjs";

/** The projects of vitest.config.ts that `npm test` runs: one group after the other, the projects of a group at the same time. */
export const TEST_GROUPS = [["unit", "integration"], ["e2e"], ["e2e-alone"]];
/** How many of the slowest test files are printed after a run. */
const SLOWEST = 10;
const MS = 1000;

/** Runs groups of projects one after the other, and prints the slowest files. Returns the totals of their reports. */
export function runTests(groups) {
  const results = groups.map((projects) => runVitest(projects));
  printSlowest(results.flatMap(({ files }) => files));
  return results.reduce(sum, NO_TESTS);
}

/** Runs the tests of some projects. A test file that didn't load counts as one failure. */
function runVitest(projects) {
  const report = cacheFile(`${projects.join("-")}.json`);
  mkdirSync(dirname(report), { recursive: true });
  rmSync(report, { force: true });
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const [command, args] = nodeProgram(fromRoot("node_modules/vitest/vitest.mjs"), [
    "run",
    ...projects.flatMap((project) => ["--project", project]),
    ...reporters,
  ]);
  const code = run(command, args);
  return { ...count(report, code), code };
}

function count(path, code) {
  let report;
  try {
    report = JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return { passed: 0, failed: 1, skipped: 0, files: [] };
  }
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) => status === "failed" && assertionResults.every((test) => test.status !== "failed"),
  );
  const failed = report.numFailedTests + unloaded.length;
  return {
    passed: report.numPassedTests,
    // An error outside of all tests also fails the run.
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
    files: report.testResults.map(({ name, startTime, endTime }) => ({ name: relative(ROOT, name), seconds: (endTime - startTime) / MS })),
  };
}

function printSlowest(files) {
  console.log(`\nThe ${SLOWEST} slowest test files, seconds:`);
  const slowest = files.toSorted((a, b) => b.seconds - a.seconds).slice(0, SLOWEST);
  for (const { name, seconds } of slowest) console.log(`${seconds.toFixed(1).padStart(7)}  ${name}`);
}

export const NO_TESTS = { passed: 0, failed: 0, skipped: 0, code: 0 };

function sum(a, b) {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped, code: a.code || b.code };
}
