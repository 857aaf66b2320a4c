import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { cacheFile, fromRoot } from "./root.mjs";
import { nodeProgram, run } from "./run.mjs";

/** Runs one project's tests. Answers what its report counts; a test file that didn't even load counts as one failure. */
export function runVitest(project, args = []) {
  const report = cacheFile(`${project}.json`);
  mkdirSync(dirname(report), { recursive: true });
  rmSync(report, { force: true });
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const [command, commandArgs] = nodeProgram(fromRoot("node_modules/vitest/vitest.mjs"), [
    "run",
    "--project",
    project,
    ...reporters,
    ...args,
  ]);
  const code = run(command, commandArgs);
  return { ...count(report, code), code };
}

function count(path, code) {
  let report;
  try {
    report = JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) => status === "failed" && assertionResults.every((test) => test.status !== "failed"),
  );
  const failed = report.numFailedTests + unloaded.length;
  return {
    passed: report.numPassedTests,
    // An error outside of every test fails the run, too.
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

export const NO_TESTS = { passed: 0, failed: 0, skipped: 0, code: 0 };

export function sum(a, b) {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped, code: a.code || b.code };
}
