// npm run check: everything that must pass before a change is merged, step by step, and a summary. CI runs a part of it.
import { fromRoot, requireNode } from "./lib/root.mjs";
import { markBuilt } from "./lib/build.mjs";
import { ensureInstalled } from "./lib/install.mjs";
import { keepsBudget } from "../packages/web/scripts/byte-budget.mjs";
import { unusualFolders } from "./lib/folder-sizes.mjs";
import { ensureMachine } from "./lib/machine.mjs";
import { nodeProgram, npmCommand, run, runQuietly } from "./lib/run.mjs";
import { runTests, TEST_GROUPS } from "./lib/vitest.mjs";

requireNode();
const MS = 1000;

const module =
  (path, ...args) =>
  () =>
    run(...nodeProgram(fromRoot(path), args));
const npmRun = (script) => () => {
  const [npm, before] = npmCommand();
  return run(npm, [...before, "run", "--silent", script]);
};
const tests = async () => {
  for (const line of await ensureMachine()) console.error(line);
  const { failed, code } = runTests(TEST_GROUPS);
  return code || (failed > 0 ? 1 : 0);
};

/** If npm writes a lock file next to an old node_modules, it omits packages of other platforms; "npm ci" then fails on every fresh clone. */
const lockFile = () => {
  const [npm, before] = npmCommand();
  return runQuietly(npm, [...before, "ci", "--dry-run", "--no-audit", "--no-fund", "--loglevel=error"]);
};

const build = () => {
  const code = npmRun("build")();
  if (code === 0) markBuilt();
  return code;
};

/** Only warns: a folder can have a good reason to be large or small. */
const folders = () => {
  for (const warning of unusualFolders()) console.warn(`warning: ${warning}`);
  return 0;
};

const STEPS = [
  { name: "lock file", step: lockFile },
  { name: "format", step: module("node_modules/oxfmt/bin/oxfmt", "--check", ".") },
  { name: "types and build", step: build },
  // After the build: rules that need types read the packages' declarations.
  { name: "lint", step: npmRun("lint") },
  { name: "rules of PROTOCOL.md", step: module("scripts/check-protocol.mjs") },
  { name: "dead code", step: npmRun("deadcode") },
  { name: "folders (warnings)", step: folders },
  { name: "byte budget", step: () => (keepsBudget() ? 0 : 1) },
  { name: "tests", step: tests },
];

const installed = await ensureInstalled();
if (installed !== 0) process.exit(installed);
const results = [];
for (const { name, step } of STEPS) {
  console.log(`\n── ${name}`);
  const start = Date.now();
  results.push({ name, failed: (await step()) !== 0, seconds: (Date.now() - start) / MS });
}
console.log("\n── summary");
for (const { name, failed, seconds } of results)
  console.log(`${failed ? "✗" : "✓"} ${name.padEnd(22)} ${seconds.toFixed(1).padStart(6)} s`);
process.exitCode = results.some(({ failed }) => failed) ? 1 : 0;
